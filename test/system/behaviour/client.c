// client.c - visits the keeper for a very long time, and lets others pass to it.

#include "keeper.h"

CMRX_USE(struct keeper, open);
CMRX_USE(struct keeper, serial);

static void work(CMRX_SELF, uint32_t us)
{
    cmrx_call(NULL, serial, work, us);
}

CMRX_PROVIDE(struct passage, passage, .work = work);

CMRX_THREAD(visitor, .stack = CMRX_AUTO, .priority = 8)
{
    while (cmrx_call(NULL, open, sleep, 60000000) != CMRX_OK)
        continue;
}
