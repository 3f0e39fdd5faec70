// relay.c - one of a chain of processes.

#include "bench.h"
#include "machine.h"

CMRX_USE(struct relay, next);

static volatile uint32_t never;

static uint32_t down(CMRX_SELF, uint32_t left, uint32_t b, uint32_t c,
                     uint32_t d)
{
    uint32_t sum = 0;

    if (left == 0)
        return b + c + d + 7;
    if (left > 1) {
        cmrx_call(&sum, next, down, left - 1, b, c, d);
        return sum;
    }
    MARK_BEGIN();
    enum cmrx_status status = cmrx_call(&sum, next, down, 0, b, c, d);
    MARK_END();
    return status == CMRX_OK ? sum : 0;
}

static void park(CMRX_SELF, uint32_t left)
{
    if (left > 0)
        cmrx_call(NULL, next, park, left - 1);
    while (left == 0)
        cmrx_wait(&never, 0, CMRX_FOREVER);
}

static void die(CMRX_SELF, uint32_t left)
{
    if (left > 0)
        cmrx_call(NULL, next, die, left - 1);
    else
        machine_undefined();
}

CMRX_PROVIDE(struct relay, relay, .down = down, .park = park, .die = die);
