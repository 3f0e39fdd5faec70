// deal.h - what the processes of the fuzz test have in common.
//
// Three hostile processes (fuzzer.c) do random things with random words; what
// they do is decided by the hands that the controller deals them, so one number
// is the seed of all. A sink and a bystander are the honest ones beside them.

#ifndef DEAL_H
#define DEAL_H

#include <cmrx/cmrx.h>

// Numbers of the processes, as in CMakeLists.txt.
enum { FUZZERS = 3, CONTROLLER = 3, SINK, BYSTANDER };

#define FUZZER_THREADS 4 // of each fuzzer

// Kinds of what a fuzzer does; a hand says which it may. fuzz.py names them.
enum kind {
    KIND_TRAP,      // a system call of random words
    KIND_EDGE,      // one that exists, with arguments at the edge
    KIND_STACK,     // the same, with the stack pointer elsewhere
    KIND_CALL,      // a call that is right, of somebody who may not be
    KIND_LEND,      // the same, lending
    KIND_WAIT,      // waits, wakes and sleeps
    KIND_THREAD,    // starts, ends, joins
    KIND_EVENT,     // posts and takes
    KIND_INTERRUPT, // of the timer, where there is one
    KIND_FAULT,     // dies
    KIND_BUSY,      // computes for a while
    KIND_LOOK,      // at other processes, with the right to it or not
    KINDS,
};

// Of the controller. A hand is a seed (low word) and the kinds that are allowed
// (high word); none is left: rest.
struct dealer {
    uint64_t (*deal)(CMRX_SELF, uint32_t thread);
};

// Of all others: do something that `seed` decides. `place` may be lent or not.
struct foe {
    uint32_t (*act)(CMRX_SELF, uint32_t seed, uint32_t *place, uint32_t kinds);
    uint64_t (*echo)(CMRX_SELF, uint32_t a, uint32_t b);
};

// Of the bystander.
struct watch {
    uint32_t (*beats)(CMRX_SELF); // deadlines it has met
};

static inline uint32_t random_next(uint32_t *state)
{
    uint32_t x = *state;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}

#endif
