// last.c - the end of the chain of relays; never called.

#include "bench.h"

static uint32_t down(CMRX_SELF, uint32_t left, uint32_t b, uint32_t c,
                     uint32_t d)
{
    return left + b + c + d + 7;
}

static void nothing(CMRX_SELF, uint32_t left)
{
    (void)left;
}

CMRX_PROVIDE(struct relay, relay, .down = down, .park = nothing,
             .die = nothing);
