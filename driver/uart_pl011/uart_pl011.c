// uart_pl011.c - the registers of Arm's PL011 (Technical Reference Manual
// DDI 0183, chapter 3).
//
// Clock and rate come from the build: UART_CLOCK_HZ, UART_BAUD.

#include "../uart.h"

#include <cmrx/cmrx.h>

struct pl011 {
    uint32_t data;   // 0x00; bits 8-11 of what is read: errors
    uint32_t status; // 0x04; receive errors, not used: they come with the data
    uint32_t reserved1[4];
    uint32_t flag; // 0x18
    uint32_t reserved2[2];
    uint32_t baud_integer;  // 0x24
    uint32_t baud_fraction; // 0x28; in 64ths
    uint32_t line;          // 0x2c
    uint32_t control;       // 0x30
    uint32_t fifo_level;    // 0x34
    uint32_t mask;          // 0x38; bits of interrupts that may come
};

enum {
    DATA_ERRORS = 7u << 8, // framing, parity, break: this byte
    DATA_OVERRUN = 1u << 11,
    FLAG_RECEIVE_EMPTY = 1u << 4,
    FLAG_SEND_FULL = 1u << 5,
    LINE_8_BITS_FIFO = 3u << 5 | 1u << 4,
    CONTROL_ON = 1u << 9 | 1u << 8 | 1u << 0, // receive, send, the UART
    INTERRUPT_RECEIVE = 1u << 4 | 1u << 6, // enough bytes, or a pause after one
    INTERRUPT_SEND = 1u << 5,
};

CMRX_DEVICE(struct pl011, port);
CMRX_DRIVES(port, uart_pl011);
CMRX_CLOCK(port, UART_CLOCK_HZ);
CMRX_EVENT(attention);
CMRX_INTERRUPT(changed, attention, 1u << 1);

// Nothing may come from a driver that has ended. The interrupts that are
// pending stay: clearing them would lose that bytes are waiting.
CMRX_QUIESCE(silent, port, 0x38, 0);
CMRX_QUIESCE(stopped, port, 0x30, 0);

volatile uint32_t *const uart_attention = &attention;

void uart_start(void)
{
    // Divisor of 16 times the rate, in 64ths, rounded (section 3.3.6).
    const uint32_t divisor = (UART_CLOCK_HZ * 8u / UART_BAUD + 1) / 2;

    port.baud_integer = divisor / 64;
    port.baud_fraction = divisor % 64;
    // Takes the divisor over: it must be written last of the three.
    port.line = LINE_8_BITS_FIFO;
    port.control = CONTROL_ON;
}

void uart_acknowledge(void)
{
    // Both interrupts follow the fill of the FIFOs by themselves.
}

bool uart_get(uint8_t *byte, uint32_t *lost)
{
    while ((port.flag & FLAG_RECEIVE_EMPTY) == 0) {
        uint32_t data = port.data;

        if ((data & DATA_OVERRUN) != 0)
            ++*lost;
        *byte = (uint8_t)data;
        if ((data & DATA_ERRORS) == 0)
            return true;
        ++*lost;
    }
    return false;
}

bool uart_put(uint8_t byte)
{
    if ((port.flag & FLAG_SEND_FULL) != 0)
        return false;
    port.data = byte;
    return true;
}

void uart_listen(bool receive, bool send)
{
    port.mask =
        (receive ? INTERRUPT_RECEIVE : 0u) | (send ? INTERRUPT_SEND : 0u);
    cmrx_interrupt_done(CMRX_INTERRUPT_ID(changed));
}
