// device_goldfish.c - the clock of the board `virt` of RISC-V.

#include "device.h"

#include <cmrx/cmrx.h>

struct clock {
    uint32_t time[2], alarm[2], interrupts, clear_alarm, alarm_is_set, clear;
};

CMRX_DEVICE(struct clock, timer);

#define NS_PER_TICK 40u // as that of device_cmsdk.c

// Its time is in nanoseconds; the lower half is read first, and the alarm set last.
void device_tick_in(uint32_t ticks)
{
    uint32_t low = timer.time[0];
    uint64_t then = ((uint64_t)timer.time[1] << 32 | low) + ticks * NS_PER_TICK;

    timer.interrupts = 1;
    timer.alarm[1] = (uint32_t)(then >> 32);
    timer.alarm[0] = (uint32_t)then;
}

bool device_has_ticked(void)
{
    return timer.alarm_is_set == 0;
}

void device_clear(void)
{
    timer.clear_alarm = 1;
    timer.clear = 1;
}
