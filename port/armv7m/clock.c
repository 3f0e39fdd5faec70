// clock.c (armv7m) - SysTick as a clock without a tick (DDI 0403E B3.3).
//
// The counter is loaded with the ticks to the alarm and goes on from MOST when
// it has passed 0, so that it tells the time also after the alarm: a value
// above PORT_TICKS_MAX has passed.

#include "armv7m.h"
#include "registers.h"

#define MOST 0xffffffu

static uint32_t period; // ticks that the counter was loaded with

static uint32_t elapsed_at(uint32_t counter)
{
    if (counter <= PORT_TICKS_MAX)
        return period - counter;
    return period + (MOST + 1 - counter);
}

uint32_t port_clock_elapsed(void)
{
    return elapsed_at(SYST_CVR);
}

// Writing CVR clears it; the counter takes RVR at the next tick. Only then may
// RVR say where it goes on after the alarm.
uint32_t port_clock_restart(uint32_t ticks)
{
    SYST_RVR = ticks;
    uint32_t elapsed = elapsed_at(SYST_CVR);
    SYST_CVR = 0;
    while (SYST_CVR == 0)
        continue;
    SYST_RVR = MOST;
    period = ticks;
    return elapsed;
}

void clock_start(void)
{
    // The clock is chosen first: not every part has the other one.
    SYST_CSR = SYST_CSR_CLOCK;
    SYST_RVR = period = PORT_TICKS_MAX;
    SYST_CVR = 0;
    SYST_CSR = SYST_CSR_COUNT; // port_start() lets the alarm come
    while (SYST_CVR == 0)
        continue;
    SYST_RVR = MOST;
}
