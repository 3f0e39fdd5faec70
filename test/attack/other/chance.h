// chance.h - numbers that look like chance.

#ifndef CHANCE_H
#define CHANCE_H

#include <stdint.h>

// The one behind x, which is not 0 (G. Marsaglia, Xorshift RNGs, 2003).
static inline uint32_t shuffled(uint32_t x)
{
    x ^= x << 13;
    x ^= x >> 17;
    return x ^ x << 5;
}

#endif
