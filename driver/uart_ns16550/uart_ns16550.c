// uart_ns16550.c - the registers of the 16550 (National Semiconductor PC16550D,
// section 8), a byte each.
//
// The board has set the rate: its divisor depends on a clock that only the board
// knows. Nothing else than bytes may be read or written, but by the kernel's
// quiesce, whose word reaches the modem control alone.

#include "../uart.h"

#include <cmrx/cmrx.h>

struct ns16550 {
    uint8_t data;      // 0
    uint8_t interrupt; // 1; bits of interrupts that may come
    uint8_t fifo;      // 2; read: which interrupt is pending
    uint8_t line;      // 3
    uint8_t modem;     // 4
    uint8_t status;    // 5
};

enum {
    INTERRUPT_RECEIVE = 1u << 0,
    INTERRUPT_SEND = 1u << 1,
    FIFO_ON = 1u << 0,
    LINE_8_BITS = 3u,
    MODEM_ON = 1u << 0 | 1u << 1 | 1u << 3, // ready, and interrupts get out
    STATUS_RECEIVED = 1u << 0,
    STATUS_OVERRUN = 1u << 1,
    STATUS_ERRORS = 7u << 2, // parity, framing, break: the next byte
    STATUS_SEND_EMPTY = 1u << 5,
    FIFO_BYTES = 16,
};

CMRX_DEVICE(struct ns16550, port);
CMRX_DRIVES(port, uart_ns16550);
CMRX_EVENT(attention);
CMRX_INTERRUPT(changed, attention, 1u << 1);

// Nothing may come from a driver that has ended: OUT2 keeps the interrupt in.
CMRX_QUIESCE(silent, port, 0x04, 0);

volatile uint32_t *const uart_attention = &attention;

static uint32_t room; // bytes of the send FIFO that are free for certain

void uart_start(void)
{
    port.interrupt = 0;
    port.line = LINE_8_BITS;
    port.fifo = FIFO_ON; // without clearing: what has come is kept
    port.modem = MODEM_ON;
    room = 0;
}

void uart_acknowledge(void)
{
    // Both interrupts follow the fill of the FIFOs by themselves.
}

bool uart_get(uint8_t *byte, uint32_t *lost)
{
    uint8_t status;

    while (((status = port.status) & STATUS_RECEIVED) != 0) {
        *byte = port.data;
        if ((status & STATUS_OVERRUN) != 0)
            ++*lost;
        if ((status & STATUS_ERRORS) == 0)
            return true;
        ++*lost;
    }
    return false;
}

// The status only says when all of the FIFO is free.
bool uart_put(uint8_t byte)
{
    if ((port.status & STATUS_SEND_EMPTY) != 0)
        room = FIFO_BYTES;
    if (room == 0)
        return false;
    room--;
    port.data = byte;
    return true;
}

void uart_listen(bool receive, bool send)
{
    port.interrupt = (uint8_t)((receive ? INTERRUPT_RECEIVE : 0u) |
                               (send ? INTERRUPT_SEND : 0u));
    cmrx_interrupt_done(CMRX_INTERRUPT_ID(changed));
}
