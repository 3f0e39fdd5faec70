// devices.h (virt) - the console and the timer: those of QEMU's virt, an
// NS16550 and a Goldfish RTC, which is an alarm in nanoseconds.

#ifndef DEVICES_H
#define DEVICES_H

#include <cmrx/cmrx.h>

struct console {
    uint8_t data, interrupt, fifo, line, modem, state;
};

struct timer {
    uint32_t time[2], alarm[2], interrupts, clear_alarm, alarm_is_set, clear;
};

#define CONSOLE_EMPTY 0x20u    // state
#define CONSOLE_8_N_1 3u       // line
#define TIMER_CONTROL 0x10u    // where 0 makes it quiet
#define TIMER_NS      1000000u // a millisecond

static inline void console_open(volatile struct console *c)
{
    c->line = CONSOLE_8_N_1;
}

static inline void console_put(volatile struct console *c, uint8_t byte)
{
    while ((c->state & CONSOLE_EMPTY) == 0)
        continue;
    c->data = byte;
}

// The lower half of the time is read first, and that of the alarm is set last.
static inline void timer_begin(volatile struct timer *t)
{
    uint32_t low = t->time[0];
    uint64_t then = ((uint64_t)t->time[1] << 32 | low) + TIMER_NS;

    t->interrupts = 1;
    t->alarm[1] = (uint32_t)(then >> 32);
    t->alarm[0] = (uint32_t)then;
}

static inline void timer_next(volatile struct timer *t)
{
    t->clear = 1;
    timer_begin(t);
}

#endif
