// watchdog.h - the system is reset unless somebody says that all is well: what any
// driver of a watchdog provides.

#ifndef DRIVER_WATCHDOG_H
#define DRIVER_WATCHDOG_H

#include <cmrx/process.h>

// What the method answers when it did not do what was asked.
enum {
    WATCHDOG_RANGE = -1, // so short, or long, it cannot count
};

struct watchdog {
    // Let the system live for `timeout_us` more microseconds. The first kick
    // starts the watchdog, and nothing stops it any more: neither a caller nor
    // the end of the driver. Returns 0, WATCHDOG_RANGE (then nothing was done).
    int32_t (*kick)(CMRX_SELF, uint32_t timeout_us);
};

#endif
