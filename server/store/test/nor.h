// nor.h - a model of NOR flash, for tests of log.c.
//
// A bit that was being programmed or erased when the power went may be weak: it is
// read as anything, each time anew. A whole operation makes bits strong that it
// brings to what they are to be.

#ifndef SERVER_STORE_TEST_NOR_H
#define SERVER_STORE_TEST_NOR_H

#include "../log.h"

#include <setjmp.h>

#define NOR_PLACES 50u // as few as there may be
#define NOR_NEVER  UINT32_MAX

struct nor {
    uint8_t bits[2][NOR_PLACES * STORE_RECORD_BYTES];
    uint8_t weak[2][NOR_PLACES * STORE_RECORD_BYTES];
    uint32_t seed;
    uint32_t places; // so many say that they are there
    uint32_t operations, erased;
    uint32_t left; // operations until the power goes
    jmp_buf power; // to where, then
    uint32_t
        heads_after; // it goes while a head is programmed, after so many erases
    uint32_t failing; // one of so many operations does; 0: none
    bool silent;      // it does not answer
    uint32_t answers; // or not any more after so many reads
    bool only_heads;  // records are not programmed
    uint32_t worn;    // a place that stays as it is, and the one behind it
};

extern struct nor nor;

// With random contents, and nothing wrong.
void nor_begin(uint32_t seed);

// 0 .. below - 1.
uint32_t nor_chance(uint32_t below);

#endif
