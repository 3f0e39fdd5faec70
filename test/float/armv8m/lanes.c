// lanes.c - a server that uses vectors.

#include "special.h"

#include <arm_mve.h>

static uint32_t lanes[4];

// Written in C, with all lanes meant.
static uint32_t sum(void)
{
    return vaddvq_u32(vaddq_n_u32(vld1q_u32(lanes), 2));
}

static uint32_t wrong(CMRX_SELF)
{
    for (uint32_t n = 0; n < 4; n++)
        lanes[n] = 0;
    vectors_set(lanes);
    return sum() != 18;
}

CMRX_PROVIDE(struct lanes, lanes, .wrong = wrong);
