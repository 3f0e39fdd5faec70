// line.h (armv6m) - port_line() of kernel/port.h: lines come behind the way out. The
// alarm is before them, also one that comes between a look and its line.

#ifndef LINE_H
#define LINE_H

#include <stdint.h>

// port_clock_pause() is never 0.
#define PORT_ALARM_AT_ONCE 0

static inline uint64_t port_line(void)
{
    return 0; // PORT_AS_IT_CAME
}

#endif
