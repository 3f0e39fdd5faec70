// uart_script.c - a UART whose two ends a test has in its hands: a part of the
// process, beside driver/serial_server.c.

#include "uart_script.h"
#include "../../../driver/uart.h"

#include <cmrx/cmrx.h>

CMRX_EVENT(attention);

volatile uint32_t *const uart_attention = &attention;
struct uart_script uart_script;

void uart_start(void)
{
}

void uart_acknowledge(void)
{
}

bool uart_get(uint8_t *byte, uint32_t *lost)
{
    *lost += uart_script.damaged;
    uart_script.damaged = 0;
    if (uart_script.taken == uart_script.come)
        return false;
    *byte = uart_script.in[uart_script.taken++];
    return true;
}

bool uart_put(uint8_t byte)
{
    if (uart_script.room == 0)
        return false;
    uart_script.room--;
    uart_script.out[uart_script.sent++] = byte;
    return true;
}

void uart_listen(bool receive, bool send)
{
    uart_script.receives = receive;
    uart_script.sends = send;
}
