// unit.h (armv7m) - what the unit for floating point has more on v8-M: nothing.

#ifndef UNIT_H
#define UNIT_H

#include <stddef.h>

#define FLOAT_WORDS 33u // s0-s31, FPSCR
#define FPSCR_FIRST 0u

// There is one world, no vectors, and registers are lost by a reset alone.
static inline const char *unit_refusal(void)
{
    return NULL;
}

#endif
