// clock.c (fake) - time and lines, as the test has them come.

#include "fake.h"

// ---- The clock

uint32_t port_clock_elapsed(void)
{
    return (uint32_t)(fake.ticks - fake.restarted);
}

uint32_t port_clock_restart(uint32_t ticks)
{
    uint32_t elapsed = port_clock_elapsed();

    fake_check(ticks >= PORT_TICKS_MIN && ticks <= PORT_TICKS_MAX,
               "the clock cannot count to that");
    fake.restarted = fake.ticks;
    fake.is_pended = false;
    fake.period = ticks;
    fake.restarts++;
    return elapsed;
}

bool fake_alarm_at_once(void)
{
    return fake.pends;
}

uint32_t port_clock_pause(void)
{
    fake.is_pended = fake.pends;
    return fake.pends ? 0 : FAKE_PAUSE;
}

bool port_alarm_goes_on(void)
{
    fake_tells(FAKE_ENDS); // the test looks at the kernel
    bool goes_on = fake.goes_on != NULL && fake.goes_on();
    fake_tells(FAKE_BEGINS);
    return goes_on;
}

uint32_t fake_alarm_in(void)
{
    uint32_t elapsed = port_clock_elapsed();

    return fake.is_pended || elapsed >= fake.period ? 0 : fake.period - elapsed;
}

// ---- Interrupts

void port_irq_mask(unsigned line)
{
    fake_check(line < FAKE_LINES, "there is no such line");
    fake.open[line] = false;
    fake.masked[line]++;
}

void port_irq_unmask(unsigned line)
{
    fake_check(line < FAKE_LINES, "there is no such line");
    fake.open[line] = true;
}

void port_irq_again(unsigned line)
{
    port_irq_unmask(line);
    fake.again |= fake.is_blind;
    fake.pended = (int)line + 1;
}

bool port_interrupt_pending(void)
{
    fake_tells(FAKE_ASKS);
    fake.asks++;
    fake.said_so |= fake.line_waits && fake.asks > fake.comes_after;
    return fake.line_waits && fake.asks > fake.comes_after;
}
