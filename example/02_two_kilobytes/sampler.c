// sampler.c - the driver: a timer's interrupt a thousand times a second, a sample
// each time. It has a bug: sample 256 is put where nothing is.

#include "devices.h"
#include "sampler.h"

#define BUFFER_SIZE   256u
#define BEYOND_MEMORY 0x3ffffffcu

CMRX_DEVICE(struct timer, timer);
CMRX_QUIESCE(off, timer, TIMER_CONTROL, 0);
CMRX_EVENT(ticked);
CMRX_INTERRUPT(tick, ticked, 1u);

static uint32_t taken;

static uint32_t samples(CMRX_SELF)
{
    return taken;
}

CMRX_PROVIDE(struct sampler, sampler, .samples = samples);

static void take(void)
{
    if (++taken == BUFFER_SIZE)
        *(volatile uint32_t *)BEYOND_MEMORY = taken; // the bug
}

CMRX_THREAD(serve, .stack = CMRX_AUTO, .priority = 3)
{
    timer_begin(&timer);
    for (;;) {
        cmrx_interrupt_done(CMRX_INTERRUPT_ID(tick));
        cmrx_event_take(&ticked, 1, CMRX_FOREVER);
        timer_next(&timer);
        take();
    }
}
