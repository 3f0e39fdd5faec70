// report_pl011.c - the console of a test: a PL011, polled.

#include "report.h"

struct pl011 {
    uint32_t data, unused_0[5], flags, unused_1[7], mask, raw, masked, clear;
};

CMRX_DEVICE(struct pl011, console);

#define TRANSMIT_FULL      (1u << 5)
#define TRANSMIT_INTERRUPT (1u << 5)

void report_byte(char c)
{
    while (console.flags & TRANSMIT_FULL)
        continue;
    console.data = (uint8_t)c;
}

// The FIFO is empty, so the interrupt comes as soon as it is not masked and a
// byte has gone out.
void report_interrupt_raise(void)
{
    console.mask = TRANSMIT_INTERRUPT;
    report_byte(' ');
}

void report_interrupt_serve(void)
{
    console.mask = 0;
    console.clear = TRANSMIT_INTERRUPT;
}
