// report_stm32.c - the console of a test: a USART of STM32, polled.

#include "report.h"

struct stm32_usart {
    uint32_t status, data, rate, control;
};

CMRX_DEVICE(struct stm32_usart, console);

#define TRANSMIT_EMPTY     (1u << 7)
#define TRANSMIT_ON        (1u << 13 | 1u << 3)
#define TRANSMIT_INTERRUPT (1u << 7)
#define RECEIVE_INTERRUPT  (1u << 5)
#define RECEIVED           (1u << 5)

void report_byte(char c)
{
    console.control = TRANSMIT_ON;
    while (!(console.status & TRANSMIT_EMPTY))
        continue;
    console.data = (uint8_t)c;
}

// On silicon it comes because nothing is to be sent. QEMU 7.2 has none for that,
// but lets a program say that something was received, which silicon does not.
void report_interrupt_raise(void)
{
    report_byte(' ');
    console.status = RECEIVED;
    console.control = TRANSMIT_ON | TRANSMIT_INTERRUPT | RECEIVE_INTERRUPT;
}

void report_interrupt_serve(void)
{
    console.control = TRANSMIT_ON;
    (void)*(volatile uint32_t *)&console.data;
}
