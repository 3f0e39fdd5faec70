// report_sifive.c - the console of a test: a SiFive UART, polled.

#include "report.h"

struct sifive_uart {
    uint32_t transmit, receive, transmit_control, receive_control;
    uint32_t interrupts, pending, divisor;
};

CMRX_DEVICE(struct sifive_uart, console);

#define TRANSMIT_FULL      (1u << 31)
#define TRANSMIT_ON        (1u << 0 | 1u << 16) // interrupt when nothing is left
#define TRANSMIT_INTERRUPT (1u << 0)

void report_byte(char c)
{
    console.transmit_control = TRANSMIT_ON;
    while (console.transmit & TRANSMIT_FULL)
        continue;
    console.transmit = (uint8_t)c;
}

void report_interrupt_raise(void)
{
    report_byte(' ');
    console.interrupts = TRANSMIT_INTERRUPT;
}

void report_interrupt_serve(void)
{
    console.interrupts = 0;
}
