// devices.h (cmsdk) - the console and the timer: those of CMSDK boards.

#ifndef DEVICES_H
#define DEVICES_H

#include <cmrx/cmrx.h>

struct console {
    uint32_t data, state, control, interrupt, divisor;
};

struct timer {
    uint32_t control, value, reload, interrupt;
};

#define CONSOLE_FULL     1u     // state
#define CONSOLE_TRANSMIT 1u     // control
#define TIMER_CONTROL    0u     // where 0 makes it quiet
#define TIMER_ON         9u     // count, and interrupt
#define TIMER_TICKS      25000u // of 40 ns: a millisecond

static inline void console_open(volatile struct console *c)
{
    c->divisor = 16;
    c->control = CONSOLE_TRANSMIT;
}

static inline void console_put(volatile struct console *c, uint8_t byte)
{
    while (c->state & CONSOLE_FULL)
        continue;
    c->data = byte;
}

// From now on an interrupt each millisecond.
static inline void timer_begin(volatile struct timer *t)
{
    t->reload = t->value = TIMER_TICKS - 1;
    t->control = TIMER_ON;
}

static inline void timer_next(volatile struct timer *t)
{
    t->interrupt = 1;
}

#endif
