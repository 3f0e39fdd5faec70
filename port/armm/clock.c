// clock.c (armm) - SysTick as a clock without a tick (DDI 0403E B3.3).
//
// The counter is loaded with the ticks to the alarm and goes on from the most when
// it has passed 0, so that it tells the time also after the alarm: a value above
// the period has passed. Served later than the range less the period, it is taken for
// not passed, and a range of ticks is lost: the clock is slow then, never fast.

#include "armm.h"
#include "elapsed.h"
#include "registers.h"

static uint32_t period; // ticks that the counter was loaded with

uint32_t port_clock_elapsed(void)
{
    return clock_elapsed(period, SYST_CVR);
}

// The counter is read first: if it came to 0 between, it would go on from the new
// RVR, and what it says be taken for a time long after (B3.3.1). Writing CVR clears
// it; the counter takes RVR at the next tick. Only then may RVR say where it goes
// on after the alarm, and is what the last period has pended past.
uint32_t port_clock_restart(uint32_t ticks)
{
    uint32_t was = period;

    uint32_t counter = SYST_CVR;
    period = ticks;
    SYST_RVR = ticks;
    SYST_CVR = 0;
    while (SYST_CVR == 0)
        continue;
    SYST_RVR = CLOCK_MOST;
    ICSR = ICSR_PENDSTCLR;
    return clock_elapsed(was, counter);
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
    SYST_RVR = CLOCK_MOST;
}

// Not ISRPENDING, which knows nothing of masks (DDI 0403E and
// DDI 0419 B3.2.4).
bool port_interrupt_pending(void)
{
    return (ICSR & ICSR_LINE_PENDING) != 0;
}

bool port_alarm_goes_on(void)
{
    return !port_interrupt_pending();
}

// Lines come before the alarm, which has a lower priority, or subpriority.
uint32_t port_clock_pause(void)
{
    ICSR = ICSR_PENDSTSET;
    return 0;
}
