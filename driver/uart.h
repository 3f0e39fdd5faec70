// uart.h - between the part of a UART driver that is the same for all of them
// (serial_server.c) and the registers of one (uart_NAME/uart_NAME.c).
//
// Only the thread `serve` calls these, so that nothing here needs a lock.

#ifndef DRIVER_UART_H
#define DRIVER_UART_H

#include <stdbool.h>
#include <stdint.h>

// The event that the interrupts of the device set bits of; all but UART_KICK.
#define UART_KICK 1u
extern volatile uint32_t *const uart_attention;

// Make the device ready to receive and send. It may have been in use: whatever
// it has received already is kept.
void uart_start(void);

// Before the device is looked at: what happens from here on will interrupt.
void uart_acknowledge(void);

// Take the next byte that was received; false when there is none. Damaged ones
// are skipped and counted in *lost, and so are those the device had to drop.
bool uart_get(uint8_t *byte, uint32_t *lost);

// Give the device a byte to send; false when it has no room now.
bool uart_put(uint8_t byte);

// Before waiting: interrupt when something is received (sent), or do not.
void uart_listen(bool receive, bool send);

#endif
