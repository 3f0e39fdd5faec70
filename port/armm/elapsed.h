// elapsed.h (armm) - what SysTick's counter tells. Pure; tested on the host.

#ifndef ELAPSED_H
#define ELAPSED_H

#include <stdint.h>

#define CLOCK_MOST 0xffffffu // the counter has 24 bits

// Ticks since the counter was loaded with `period`: it has counted down to 0,
// and perhaps gone on from CLOCK_MOST once.
static inline uint32_t clock_elapsed(uint32_t period, uint32_t counter)
{
    if (counter <= period)
        return period - counter;
    return period + (CLOCK_MOST + 1 - counter);
}

#endif
