// device_stm32.c - a device that can be made to interrupt: a USART that could send,
// and under QEMU 7.2, which has no interrupt for that, one that has received:
// test/common/report_stm32.c.

#include "deeds.h"

struct usart {
    uint32_t status, data, rate, control;
};

CMRX_DEVICE(struct usart, uart);

#define TRANSMIT_ON (1u << 13 | 1u << 3)
#define INTERRUPTS  (1u << 7 | 1u << 5)
#define RECEIVED    (1u << 5)

void uart_poke(void)
{
    // The interrupt controller sees by itself that the line is still up.
}

void uart_raise(bool raise)
{
    uart.status = raise ? RECEIVED : 0;
    uart.control = raise ? TRANSMIT_ON | INTERRUPTS : TRANSMIT_ON;
    if (!raise)
        (void)*(volatile uint32_t *)&uart.data;
}
