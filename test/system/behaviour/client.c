// client.c - visits the keeper for a very long time, and lets others pass to it.

#include "keeper.h"

CMRX_USE(struct keeper, open);
CMRX_USE(struct keeper, serial);
CMRX_EVENT(unheard);
CMRX_EVENT(asked);

static volatile uint32_t times;

static void work(CMRX_SELF, uint32_t us)
{
    cmrx_call(NULL, serial, work, us);
}

static uint32_t heard(CMRX_SELF)
{
    return times;
}

CMRX_PROVIDE(struct passage, passage, .work = work, .heard = heard);

CMRX_THREAD(listener, .stack = CMRX_AUTO, .priority = 2)
{
    for (;;) {
        cmrx_event_take(&asked, 1, CMRX_FOREVER);
        times++;
    }
}

CMRX_THREAD(visitor, .stack = CMRX_AUTO, .priority = 8)
{
    while (cmrx_call(NULL, open, sleep, 60000000) != CMRX_OK)
        continue;
}
