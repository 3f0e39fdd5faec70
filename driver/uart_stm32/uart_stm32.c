// uart_stm32.c - the registers of the USART of STM32F1, F2 and F4 (Reference
// manual RM0090, section 30.6).
//
// It keeps one byte each way. Clock and rate come from the build: UART_CLOCK_HZ,
// UART_BAUD.

#include "../uart.h"

#include <cmrx/cmrx.h>

struct stm32_usart {
    uint32_t status;
    uint32_t data;
    uint32_t rate;
    uint32_t control;
};

enum {
    STATUS_ERRORS = 7u << 0, // parity, framing, noise: of the byte in `data`
    STATUS_OVERRUN = 1u << 3,
    STATUS_RECEIVED = 1u << 5,
    STATUS_SEND_EMPTY = 1u << 7,
    CONTROL_ON = 1u << 13 | 1u << 3 | 1u << 2, // the USART, send, receive
    CONTROL_RECEIVE_INTERRUPT = 1u << 5,
    CONTROL_SEND_INTERRUPT = 1u << 7,
};

CMRX_DEVICE(struct stm32_usart, port);
CMRX_DRIVES(port, uart_stm32);
CMRX_CLOCK(port, UART_CLOCK_HZ);
CMRX_EVENT(attention);
CMRX_INTERRUPT(changed, attention, 1u << 1);

CMRX_QUIESCE(stopped, port, 0x0c, 0);

volatile uint32_t *const uart_attention = &attention;

void uart_start(void)
{
    // Sixteenths of the divisor of 16 times the rate, so the divisor of the
    // rate, rounded (section 30.3.4).
    port.rate = (UART_CLOCK_HZ * 2u / UART_BAUD + 1) / 2;
    port.control = CONTROL_ON;
}

void uart_acknowledge(void)
{
    // Both interrupts follow the state of the data register by themselves.
}

bool uart_get(uint8_t *byte, uint32_t *lost)
{
    uint32_t status;

    // Reading the status, then the data, clears the errors; so an overrun has
    // to be read away, although there is no byte (section 30.6.1).
    while (((status = port.status) & (STATUS_RECEIVED | STATUS_OVERRUN)) != 0) {
        *byte = (uint8_t)port.data;
        if ((status & STATUS_OVERRUN) != 0)
            ++*lost;
        if ((status & STATUS_RECEIVED) == 0)
            continue;
        if ((status & STATUS_ERRORS) == 0)
            return true;
        ++*lost;
    }
    return false;
}

bool uart_put(uint8_t byte)
{
    if ((port.status & STATUS_SEND_EMPTY) == 0)
        return false;
    port.data = byte;
    return true;
}

void uart_listen(bool receive, bool send)
{
    port.control = CONTROL_ON | (receive ? CONTROL_RECEIVE_INTERRUPT : 0u) |
                   (send ? CONTROL_SEND_INTERRUPT : 0u);
    // When nothing is wanted the line stays masked as it is: QEMU 7.2 leaves it
    // up until the byte is read, whatever `control` says.
    if (receive || send)
        cmrx_interrupt_done(CMRX_INTERRUPT_ID(changed));
}
