// serial.h - bytes in and bytes out: what any UART driver provides.

#ifndef DRIVER_SERIAL_H
#define DRIVER_SERIAL_H

#include <cmrx/process.h>

#define SERIAL_FOREVER UINT32_MAX

// What a method answers when it did not do what was asked.
enum {
    SERIAL_DENIED = -1,  // the caller may not touch what it points to
    SERIAL_TIMEOUT = -2, // not within the time that was given
};

struct serial_report {
    uint32_t received, sent; // bytes, modulo 2^32
    uint32_t lost;           // bytes that came and could not be kept, or came
                             // damaged
};

struct serial {
    // Take up to `size` received bytes, waiting at most `timeout_us`
    // microseconds (0: not at all, SERIAL_FOREVER) for the first. Returns how
    // many, 0 when none came, SERIAL_DENIED.
    int32_t (*read)(CMRX_SELF, void *to, uint32_t size, uint32_t timeout_us);

    // Accept `size` bytes for sending, waiting for room as long as it takes.
    // Returns how many: fewer only when the caller's process has ended;
    // SERIAL_DENIED. Another writer's bytes may come between when it waited.
    int32_t (*write)(CMRX_SELF, const void *from, uint32_t size);

    // Wait until all accepted bytes were given to the device. Returns 0,
    // SERIAL_TIMEOUT after `timeout_us`.
    int32_t (*drain)(CMRX_SELF, uint32_t timeout_us);

    // Returns 0, SERIAL_DENIED.
    int32_t (*report)(CMRX_SELF, struct serial_report *to);
};

#endif
