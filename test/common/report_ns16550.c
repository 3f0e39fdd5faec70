// report_ns16550.c - the console of a test: a 16550, polled.

#include "report.h"

struct ns16550 {
    uint8_t data, interrupt, identity, line, modem, status;
};

CMRX_DEVICE(struct ns16550, console);

#define TRANSMIT_EMPTY     (1u << 5)
#define TRANSMIT_INTERRUPT (1u << 1)

void report_byte(char c)
{
    while (!(console.status & TRANSMIT_EMPTY))
        continue;
    console.data = (uint8_t)c;
}

// Nothing is to be sent, so the interrupt comes when it is allowed.
void report_interrupt_raise(void)
{
    report_byte(' ');
    console.interrupt = TRANSMIT_INTERRUPT;
}

void report_interrupt_serve(void)
{
    console.interrupt = 0;
}
