// timer.h (riscv) - a timer that tests grant themselves as `timer`: Goldfish.

#ifndef TIMER_H
#define TIMER_H

#include <cmrx/cmrx.h>

struct goldfish {
    uint32_t time[2], alarm[2], interrupts, clear_alarm, alarm_is_set, clear;
};

CMRX_DEVICE(struct goldfish, timer);

#ifndef TIMER_NS
#define TIMER_NS 40u // of a tick
#endif

// Its line rises after so many ticks; the last store begins that. Its time is in
// nanoseconds; the lower half is read first.
static inline void timer_start(uint32_t ticks)
{
    uint32_t low = timer.time[0];
    uint64_t then = ((uint64_t)timer.time[1] << 32 | low) + ticks * TIMER_NS;

    timer.interrupts = 1;
    timer.alarm[1] = (uint32_t)(then >> 32);
    timer.alarm[0] = (uint32_t)then;
}

// Nanoseconds until the next microsecond of the machine begins.
static inline uint32_t timer_to_microsecond(void)
{
    uint32_t low = timer.time[0];

    return 1000 - (uint32_t)(((uint64_t)timer.time[1] << 32 | low) % 1000);
}

static inline bool timer_has_come(void)
{
    return timer.alarm_is_set == 0;
}

static inline void timer_stop(void)
{
    timer.clear_alarm = 1;
    timer.clear = 1;
}

#endif
