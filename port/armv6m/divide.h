// divide.h (armv6m) - what the kernel divides by.

#ifndef DIVIDE_H
#define DIVIDE_H

#include <stdint.h>

// 2^32 / divisor, rounded down, in two halves; of 1 it is all ones.
struct reciprocal {
    uint32_t divisor;
    uint16_t low, high;
};

// Those of clock_rate: ticks, and microseconds. tables.c
extern const struct reciprocal reciprocals[2];

#endif
