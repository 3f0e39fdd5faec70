// special.h - what floating point has more on v8-M: instructions of the Secure state, and
// vectors.

#ifndef SPECIAL_H
#define SPECIAL_H

#include <cmrx/cmrx.h>

// What VLSTM stores, and more.
#define CONTEXT_WORDS 36u

// The thread makes its floating point context active, which the kernel never does: by
// CONTROL.SFPA and VLLDM, as often as `turns` says, each time until an exception: one that
// comes within `spins` turns of a loop, or the system call TIME behind it. Returns by how
// many bytes that has lowered the stack pointer.
uint32_t special_active(uint32_t context[CONTEXT_WORDS], uint32_t turns,
                        uint32_t spins);

// Likewise a call without arguments, by its system call word: the result, and the status
// << 32.
uint64_t special_call(uint32_t word, uint32_t context[CONTEXT_WORDS]);

// VLSTM, nothing else.
void special_store(uint32_t context[CONTEXT_WORDS]);

// Counts in lanes, `turns` times: q0 in a VPT block in lanes 1 and 2, q1 in the others; or
// in a loop of 7 elements, whose tail has 3.
void vectors_block(uint32_t turns, uint32_t lanes[8]);
void vectors_tail(uint32_t turns, uint32_t lanes[4]);

// A call without arguments out of a VPT block in which no lane is meant.
uint64_t vectors_call(uint32_t word);

// 1 to 4, without a look at what the predicates are.
void vectors_set(uint32_t lanes[4]);

struct lanes {
    uint32_t (*wrong)(CMRX_SELF); // are lanes as they should be?
};

struct loop {
    uint32_t (*turns)(CMRX_SELF, uint32_t n); // n, counted by LE
};

#endif
