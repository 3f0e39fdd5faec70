// bench.h - what the programs of the bench have in common.
//
// A path is measured from MARK_BEGIN in one process to MARK_END in the same or
// in another: instructions that do nothing, which tool/plugin/bench.c knows.
// They are not counted, and nothing is counted that lies outside.

#ifndef BENCH_H
#define BENCH_H

#include <cmrx/cmrx.h>

#include "machine.h"

#define MARK_BEGIN() __asm__ volatile(MACHINE_MARK_BEGIN ::: "memory")
#define MARK_END()   __asm__ volatile(MACHINE_MARK_END ::: "memory")

// Numbers of the processes, as in CMakeLists.txt; from LARGE on only in the
// larger systems.
enum { METER, SERVER, VICTIM, LARGE, RELAY };

// What the server's thread is told by its event `fault`. The low bits are for
// the numbers of processes that have faulted.
#define DO_YIELD (1u << 31)
#define TICKED   (1u << 30)
#define NOTICE   (1u << 29)

// Inside a monitor.
struct server {
    uint32_t (*words_0)(CMRX_SELF);
    uint32_t (*words_1)(CMRX_SELF, uint32_t a);
    uint32_t (*words_2)(CMRX_SELF, uint32_t a, uint32_t b);
    uint32_t (*words_3)(CMRX_SELF, uint32_t a, uint32_t b, uint32_t c);
    uint32_t (*words_4)(CMRX_SELF, uint32_t a, uint32_t b, uint32_t c,
                        uint32_t d);
    void (*touch)(CMRX_SELF, uint8_t *buffer, uint32_t size); // both ends
    void (*tick)(CMRX_SELF, uint32_t ticks); // the timer, after so many
    void (*hold)(CMRX_SELF);                 // stays for long
    uint32_t (*enter)(CMRX_SELF); // MARK_END first, for who has waited
};

// Of the same process, for any number of threads at once.
struct any {
    uint32_t (*words_4)(CMRX_SELF, uint32_t a, uint32_t b, uint32_t c,
                        uint32_t d);
    uint32_t (*ask)(CMRX_SELF, const void *at); // may the caller read it?
    void (*wake)(CMRX_SELF); // measured: the server's thread, at home
};

struct victim {
    void (*die)(CMRX_SELF);
};

// A chain of processes. `down` goes `left` levels further; the last but one
// measures its call.
struct relay {
    uint32_t (*down)(CMRX_SELF, uint32_t left, uint32_t b, uint32_t c,
                     uint32_t d);
    void (*park)(CMRX_SELF, uint32_t left); // the last waits for ever
    void (*die)(CMRX_SELF, uint32_t left);  // the last faults
};

// Those who are merely there.
enum crowd_mode {
    CROWD_WAITS,
    CROWD_SLEEPS,
    CROWD_IS_READY,
    CROWD_IN_A_ROW,
    CROWD_GOES
};

#define CROWD_MOST 64u

struct crowd {
    uint32_t (*join)(CMRX_SELF, uint32_t phase); // until it is another; APART:
                                                 // where to stay now
    void (*set)(CMRX_SELF, uint32_t mode, uint32_t count, uint32_t until);
    void (*wake_nobody)(CMRX_SELF); // measured
    void (*wake_all)(CMRX_SELF);    // measured

    // To wait for the last of the row (CROWD_IN_A_ROW), measured until the first
    // goes on. Then either that deadline comes, or the row is over.
    enum cmrx_status (*stand)(CMRX_SELF, uint32_t deadline);
};

// Where some of the crowd go by CROWD_GOES, each to wait for a word of its own:
// apart.h. Which: its place, and in how many bits of an address it is like the
// word that is measured.
struct apart {
    void (*stay)(CMRX_SELF, uint32_t which); // until it is sent back
    uint32_t (*there)(CMRX_SELF);            // so many
    void (*leave)(CMRX_SELF);                // all of them
};

#define APART_PLACE  0xffu
#define APART_ALIKE  8          // in its place
#define APART_SERVER (1u << 30) // in the server, and not in the meter
#define APART        (1u << 31)

#endif
