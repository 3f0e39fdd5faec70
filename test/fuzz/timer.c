// timer.c - a fuzzer that makes interrupts at random instants.

#include "fuzzer.h"

struct cmsdk_timer {
    uint32_t control, value, reload, interrupt;
};

CMRX_DEVICE(struct cmsdk_timer, timer);
CMRX_EVENT(ticked);
CMRX_INTERRUPT(tick, ticked, 1u << 3);

#define CONTROL_ON 9u // count, and interrupt

void timer_step(uint32_t *state)
{
    uint32_t random = random_next(state);

    switch (random % 4) {
    case 0:
        timer.control = 0;
        timer.reload = timer.value = 200 + (random >> 4) % 8192;
        timer.control = CONTROL_ON;
        break;
    case 1:
        timer.interrupt = 1;
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
