// line.h (armm) - does a line come as soon as the kernel is left? port_line() of
// kernel/port.h.

#ifndef LINE_H
#define LINE_H

#include <stdint.h>

#define LINE_ICSR          (*(const volatile uint32_t *)0xe000ed04u)
#define LINE_PENDING       0x001f0000u // bits of VECTPENDING from 16 on

// port_clock_pause() is 0.
#define PORT_ALARM_AT_ONCE 1

// VECTPENDING knows what is masked, and what else comes before it (DDI 0403E
// B3.2.4): the alarm does not, so that once one waits it says so until it is taken. In
// registers it is 0 and these bits.
static inline uint64_t port_line(void)
{
    return (uint64_t)(LINE_ICSR & LINE_PENDING) << 32;
}

#endif
