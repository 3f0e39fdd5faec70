// device_goldfish.c - a device that can be made to interrupt: a clock whose alarm
// is over. Its line stays up until that is told.

#include "deeds.h"

struct clock {
    uint32_t time[2], alarm[2], interrupts, clear_alarm, alarm_is_set, clear;
};

CMRX_DEVICE(struct clock, uart);

// QEMU's PLIC looks at a line only when its device says something, where a real
// one looks again at what is still up: let the device say it.
void uart_poke(void)
{
    uart.interrupts = uart.interrupts;
}

void uart_raise(bool raise)
{
    uart.clear = 1;
    uart.interrupts = raise;
    if (raise) {
        uart.alarm[1] = 0;
        uart.alarm[0] = 0;
    }
}
