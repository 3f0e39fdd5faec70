// registers.h - floating point registers, as patterns.
//
// The pattern of a tag: register n holds tag << 8 | n, and FPSCR the rounding mode
// and flags that the tag's low bits say. With vectors also which lanes they are for
// (VPR.P0), and what FPSCR has of them: until registers_look() there must be no loop in C,
// whose end is a fault by that (LTPSIZE).

#ifndef REGISTERS_H
#define REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

#define FLOAT_WORDS 34u // s0-s31, FPSCR, VPR.P0 or 0

#if __ARM_FEATURE_MVE
enum { VECTORS = 1 };
#else
enum { VECTORS = 0 };
#endif
#define FPSCR_FIRST (VECTORS ? 4u << 16 : 0u) // of who has never used them

void registers_fill(uint32_t tag);
void registers_look(uint32_t to[FLOAT_WORDS]);

// Fills, makes the system call TIME or so `spins` turns of a loop, and looks.
void registers_across(uint32_t tag, uint32_t spins, uint32_t to[FLOAT_WORDS]);

// Words below the stack pointer that an interruption of `spins` turns has changed,
// with all registers in use: how far down.
uint32_t registers_depth(uint32_t spins);

void registers_coprocessor(void); // an instruction of one that does not exist

static inline uint32_t registers_fpscr(uint32_t tag)
{
    uint32_t of_vectors = (tag & 4u ? 4u << 16 : (tag & 3u) << 16) | (tag & 8u)
                                                                         << 24;

    return (tag & 3u) << 22 | (tag & 0x1fu) | (VECTORS ? of_vectors : 0);
}

static inline uint32_t registers_predicates(uint32_t tag)
{
    return VECTORS ? (tag ^ tag >> 8) & 0xffffu : 0;
}

static inline bool registers_are_with(const uint32_t w[FLOAT_WORDS],
                                      uint32_t tag, uint32_t fpscr)
{
    for (uint32_t n = 0; n < 32; n++)
        if (w[n] != (tag << 8 | n))
            return false;
    return w[32] == fpscr && w[33] == registers_predicates(tag);
}

// Is it that pattern?
static inline bool registers_are(const uint32_t w[FLOAT_WORDS], uint32_t tag)
{
    return registers_are_with(w, tag, registers_fpscr(tag));
}

// And has been looked at, by which LTPSIZE is as at first.
static inline bool registers_are_seen(const uint32_t w[FLOAT_WORDS],
                                      uint32_t tag)
{
    uint32_t fpscr = registers_fpscr(tag) & ~(7u << 16);

    return registers_are_with(w, tag, fpscr | FPSCR_FIRST);
}

// As of who has never used them.
static inline bool registers_are_first(const uint32_t w[FLOAT_WORDS])
{
    bool first = w[32] == FPSCR_FIRST && w[33] == 0;

    for (uint32_t n = 0; n < 32; n++)
        first = first && w[n] == 0;
    return first;
}

// Nothing, or what a tag of the process has left: (tag & mask) == own.
static inline bool registers_are_own(const uint32_t w[FLOAT_WORDS],
                                     uint32_t own)
{
    return registers_are_first(w) ||
           (w[0] >> 24 == own &&
            (registers_are(w, w[0] >> 8) || registers_are_seen(w, w[0] >> 8)));
}

#endif
