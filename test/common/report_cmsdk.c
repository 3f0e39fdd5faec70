// report_cmsdk.c - the console of a test: a CMSDK UART, polled.

#include "report.h"

struct cmsdk_uart {
    uint32_t data, state, control, interrupt, divisor;
};

CMRX_DEVICE(struct cmsdk_uart, console);

#define STATE_TRANSMIT_FULL        (1u << 0)
#define CONTROL_TRANSMIT           (1u << 0)
#define CONTROL_TRANSMIT_INTERRUPT (1u << 2)
#define INTERRUPT_TRANSMIT         (1u << 0)

void report_byte(char c)
{
    console.divisor = 16;
    console.control |= CONTROL_TRANSMIT;
    while (console.state & STATE_TRANSMIT_FULL)
        continue;
    console.data = (uint8_t)c;
}

// Comes when the byte has gone out.
void report_interrupt_raise(void)
{
    console.divisor = 16;
    console.control = CONTROL_TRANSMIT | CONTROL_TRANSMIT_INTERRUPT;
    report_byte(' ');
}

void report_interrupt_serve(void)
{
    console.control = CONTROL_TRANSMIT;
    console.interrupt = INTERRUPT_TRANSMIT;
}
