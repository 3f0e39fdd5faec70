// timer_goldfish.c - a fuzzer that makes interrupts at random instants.

#include "fuzzer.h"

struct clock {
    uint32_t time[2], alarm[2], interrupts, clear_alarm, alarm_is_set, clear;
};

CMRX_DEVICE(struct clock, timer);
CMRX_EVENT(ticked);
CMRX_INTERRUPT(tick, ticked, 1u << 3);

#define NS_PER_TICK 40u // as that of timer.c

// Its time is in nanoseconds; the lower half is read first, and the alarm set last.
static void alarm_in(uint32_t ticks)
{
    uint32_t low = timer.time[0];
    uint64_t then = ((uint64_t)timer.time[1] << 32 | low) + ticks * NS_PER_TICK;

    timer.interrupts = 1;
    timer.alarm[1] = (uint32_t)(then >> 32);
    timer.alarm[0] = (uint32_t)then;
}

void timer_step(uint32_t *state)
{
    uint32_t random = random_next(state);

    switch (random % 4) {
    case 0:
        alarm_in(200 + (random >> 4) % 8192);
        break;
    case 1:
        timer.clear = 1;
        cmrx_interrupt_done(CMRX_INTERRUPT_ID(tick));
        break;
    case 2:
        cmrx_event_take(&ticked, random >> 8,
                        cmrx_time_now() + (random >> 4) % 512);
        break;
    default:
        cmrx_interrupt_done(edge(state));
        break;
    }
}
