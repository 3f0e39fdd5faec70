// actuator.h - something that moves, and must never be where it should not.

#ifndef SERVER_ACTUATOR_H
#define SERVER_ACTUATOR_H

#include <cmrx/process.h>

#define ACTUATOR_MAX 1000 // positions are 0..ACTUATOR_MAX

// What a method answers when it did not do what was asked.
enum {
    ACTUATOR_DENIED = -1, // the caller may not touch what it points to
    ACTUATOR_RANGE = -2,  // there is no such position
};

struct actuator_report {
    int32_t position, target; // target: what was asked for last
    uint32_t periods;         // of 10 ms, since it was started
    uint32_t missed;          // of them, begun when the next was due
    uint32_t anomalies; // of them, begun with a state that was not its own
    uint32_t latest_us; // the most that a period was ever late
};

struct actuator {
    // Move to `position`, at 5 per 10 ms. Returns 0, ACTUATOR_RANGE.
    int32_t (*move)(CMRX_SELF, int32_t position);

    // Returns 0, ACTUATOR_DENIED.
    int32_t (*get)(CMRX_SELF, struct actuator_report *to);
};

#endif
