// tester.c - a line that comes masks itself, and not the one 32 below it.

#include "lines.h"
#include "report.h"

struct cmsdk_serial {
    uint32_t data, state, control, interrupt, divisor;
};

CMRX_DEVICE(struct cmsdk_serial, serial);
CMRX_EVENT(gone);
CMRX_INTERRUPT(sent, gone, 1u);
CMRX_USE(struct clock, clock);

static volatile uint32_t served;

// Waits at home and is the most urgent: the interrupt comes to it by the short way.
CMRX_THREAD(server, .stack = 512, .priority = 20)
{
    for (;;) {
        cmrx_interrupt_done(CMRX_INTERRUPT_ID(sent));
        cmrx_event_take(&gone, 1, CMRX_FOREVER);
        serial.control = 1;
        serial.interrupt = 1;
        served++;
    }
}

static bool comes_to_the_server(void)
{
    uint32_t before = served;

    serial.divisor = 16;
    serial.control = 1 | 4; // transmit, and its interrupt
    serial.data = ' ';
    for (uint32_t i = 0; i < 20000 && served == before; i++)
        continue;
    return served != before;
}

static bool line_that_comes_leaves_the_one_32_below(void)
{
    bool ticks = false;

    cmrx_call(NULL, clock, allow);
    return comes_to_the_server() &&
           cmrx_call(&ticks, clock, ticks) == CMRX_OK && ticks;
}

static bool line_that_is_masked_leaves_the_one_32_above(void)
{
    return comes_to_the_server(); // the timer has not been served
}

#define CASE(name)                                                             \
    {                                                                          \
#name, name                                                            \
    }

static const struct test_case cases[] = {
    CASE(line_that_comes_leaves_the_one_32_below),
    CASE(line_that_is_masked_leaves_the_one_32_above),
};

CMRX_STACK_BOUND(test_run, 512);

CMRX_THREAD(main, .stack = 2048, .priority = 10)
{
    test_run(cases, sizeof cases / sizeof *cases);
}
