// timer.h (arm) - a timer that tests grant themselves as `timer`: CMSDK.

#ifndef TIMER_H
#define TIMER_H

#include <cmrx/cmrx.h>

struct cmsdk_timer {
    uint32_t control, value, reload, interrupt;
};

CMRX_DEVICE(struct cmsdk_timer, timer);

#define TIMER_ON 9u // count, and interrupt

// Its line rises after so many ticks; the last store begins that.
static inline void timer_start(uint32_t ticks)
{
    timer.reload = ticks;
    timer.value = ticks;
    timer.control = TIMER_ON;
}

// Nanoseconds until the next microsecond of the machine begins: it does not say.
static inline uint32_t timer_to_microsecond(void)
{
    return 0;
}

static inline bool timer_has_come(void)
{
    return (timer.interrupt & 1) != 0;
}

static inline void timer_stop(void)
{
    timer.control = 0;
    timer.interrupt = 1;
}

#endif
