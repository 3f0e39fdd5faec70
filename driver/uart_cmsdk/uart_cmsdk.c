// uart_cmsdk.c - the registers of Arm's CMSDK APB UART (Cortex-M System Design
// Kit, Technical Reference Manual DDI 0479, section 4.3).
//
// It keeps one byte each way. Clock and rate come from the build: UART_CLOCK_HZ,
// UART_BAUD.

#include "../uart.h"

#include <cmrx/cmrx.h>

struct cmsdk_uart {
    uint32_t data;
    uint32_t state;
    uint32_t control;
    uint32_t interrupt; // pending ones; written: those to clear
    uint32_t divisor;   // at least 16
};

enum {
    STATE_SEND_FULL = 1u << 0,
    STATE_RECEIVE_FULL = 1u << 1,
    STATE_RECEIVE_OVERRUN = 1u << 3, // written: clears it
    CONTROL_SEND = 1u << 0,
    CONTROL_RECEIVE = 1u << 1,
    CONTROL_SEND_INTERRUPT = 1u << 2,
    CONTROL_RECEIVE_INTERRUPT = 1u << 3,
    INTERRUPT_SEND = 1u << 0,
    INTERRUPT_RECEIVE = 1u << 1,
    INTERRUPT_ALL = 15u,
};

CMRX_DEVICE(struct cmsdk_uart, port);
CMRX_DRIVES(port, uart_cmsdk);
CMRX_CLOCK(port, UART_CLOCK_HZ);
CMRX_EVENT(attention);
CMRX_INTERRUPT(received, attention, 1u << 1);
CMRX_INTERRUPT(sent, attention, 1u << 2);

CMRX_QUIESCE(stopped, port, 0x08, 0);
CMRX_QUIESCE(silent, port, 0x0c, 15);

volatile uint32_t *const uart_attention = &attention;

void uart_start(void)
{
    port.divisor = UART_CLOCK_HZ / UART_BAUD;
    port.interrupt = INTERRUPT_ALL;
    // The interrupts are latched when they happen, and only if they are on
    // then: they stay on, and one that is not wanted costs a look.
    port.control = CONTROL_SEND | CONTROL_RECEIVE | CONTROL_SEND_INTERRUPT |
                   CONTROL_RECEIVE_INTERRUPT;
}

void uart_acknowledge(void)
{
    // Before the look: what happens after it is latched again.
    port.interrupt = INTERRUPT_SEND | INTERRUPT_RECEIVE;
}

bool uart_get(uint8_t *byte, uint32_t *lost)
{
    uint32_t state = port.state;

    if ((state & STATE_RECEIVE_OVERRUN) != 0) {
        port.state = STATE_RECEIVE_OVERRUN;
        ++*lost;
    }
    if ((state & STATE_RECEIVE_FULL) == 0)
        return false;
    *byte = (uint8_t)port.data;
    return true;
}

bool uart_put(uint8_t byte)
{
    if ((port.state & STATE_SEND_FULL) != 0)
        return false;
    port.data = byte;
    return true;
}

void uart_listen(bool receive, bool send)
{
    (void)receive;
    (void)send;
    cmrx_interrupt_done(CMRX_INTERRUPT_ID(received));
    cmrx_interrupt_done(CMRX_INTERRUPT_ID(sent));
}
