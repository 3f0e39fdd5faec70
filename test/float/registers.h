// registers.h - floating point registers, as patterns.
//
// The pattern of a tag: register n holds tag << 8 | n, and FPSCR the rounding mode
// and flags that the tag's low bits say.

#ifndef REGISTERS_H
#define REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

#define FLOAT_WORDS 33u // s0-s31, FPSCR

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
    return (tag & 3u) << 22 | (tag & 0x1fu);
}

// Is it that pattern?
static inline bool registers_are(const uint32_t w[FLOAT_WORDS], uint32_t tag)
{
    for (uint32_t n = 0; n < 32; n++)
        if (w[n] != (tag << 8 | n))
            return false;
    return w[32] == registers_fpscr(tag);
}

// Nothing, or what a tag of the process has left: (tag & mask) == own.
static inline bool registers_are_own(const uint32_t w[FLOAT_WORDS],
                                     uint32_t own)
{
    bool zero = w[32] == 0;

    for (uint32_t n = 0; n < 32; n++)
        zero = zero && w[n] == 0;
    return zero || (w[0] >> 24 == own && registers_are(w, w[0] >> 8));
}

#endif
