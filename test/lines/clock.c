// clock.c - see lines.h.

#include "lines.h"

struct cmsdk_timer {
    uint32_t control, value, reload, interrupt;
};

CMRX_DEVICE(struct cmsdk_timer, timer);
CMRX_EVENT(ticked);
CMRX_INTERRUPT(tick, ticked, 1u);

static void allow(CMRX_SELF)
{
    cmrx_interrupt_done(CMRX_INTERRUPT_ID(tick));
}

static bool ticks(CMRX_SELF)
{
    timer.value = timer.reload = 1000;
    timer.control = 9;
    bool comes = cmrx_event_take(&ticked, 1, cmrx_time_now() + 20000) == 1;
    timer.control = 0;
    timer.interrupt = 1;
    return comes;
}

CMRX_PROVIDE(struct clock, clock, .allow = allow, .ticks = ticks);
