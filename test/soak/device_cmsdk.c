// device_cmsdk.c - the timer of the boards of Arm.

#include "device.h"

#include <cmrx/cmrx.h>

struct cmsdk_timer {
    uint32_t control, value, reload, interrupt;
};

CMRX_DEVICE(struct cmsdk_timer, timer);

#define CONTROL_ON 9u // count, and interrupt

// Whatever the last life of the driver has left.
CMRX_QUIESCE(stop, timer, 0, 0);

void device_tick_in(uint32_t ticks)
{
    timer.value = timer.reload = ticks;
    timer.control = CONTROL_ON;
}

bool device_has_ticked(void)
{
    return timer.interrupt != 0;
}

void device_clear(void)
{
    timer.control = 0;
    timer.interrupt = 1;
}
