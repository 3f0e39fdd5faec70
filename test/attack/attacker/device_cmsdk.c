// device_cmsdk.c - a device that can be made to interrupt: a UART that has sent.

#include "deeds.h"

struct uart {
    uint32_t data, state, control, interrupt, divisor;
};

CMRX_DEVICE(struct uart, uart);

void uart_poke(void)
{
    // The interrupt controller sees by itself that the line is still up.
}

void uart_raise(bool raise)
{
    if (raise) {
        uart.divisor = 16;
        uart.control = 1u << 0 | 1u << 2; // transmit, with interrupt
        uart.data = '!';
    } else {
        uart.control = 1u << 0;
        uart.interrupt = 1u << 0;
    }
}
