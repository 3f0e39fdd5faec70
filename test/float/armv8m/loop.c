// loop.c - has not declared floating point, and loops as v8.1-M can.

#include "special.h"

static uint32_t turns(CMRX_SELF, uint32_t n)
{
    uint32_t count = 0;

    __asm__ volatile("dls lr, %1\n"
                     "1: adds %0, %0, #1\n\t"
                     "le lr, 1b"
                     : "+r"(count)
                     : "r"(n)
                     : "lr", "cc");
    return count;
}

CMRX_PROVIDE(struct loop, loop, .turns = turns);
