// uart_script.h - a UART whose two ends a test has in its hands.

#ifndef UART_SCRIPT_H
#define UART_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

struct uart_script {
    uint8_t in[256]; // what has come and was not taken: from `taken` to `come`
    uint32_t come, taken;
    uint8_t out[512]; // what was given to it
    uint32_t sent;
    uint32_t room;        // bytes that it takes before it is full
    uint32_t damaged;     // bytes to be counted as lost
    bool receives, sends; // what it is to interrupt for
};

extern struct uart_script uart_script;

#endif
