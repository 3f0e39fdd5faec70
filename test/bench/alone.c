// alone.c - a crowd of one, in the process of its master.

#include "bench.h"
#include "master.h"

CMRX_THREAD(one, .stack = 256, .priority = 1)
{
    uint32_t phase = 0;

    for (;;) {
        phase = master_join(phase);
        for (volatile uint32_t i = 0; i < 100; i++)
            continue;
    }
}
