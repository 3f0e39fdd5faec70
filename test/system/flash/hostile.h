// hostile.h - what the tester asks of the hostile client.

#ifndef HOSTILE_H
#define HOSTILE_H

#include <cmrx/process.h>

enum target { INFO, READ, PROGRAM, ERASE, TARGETS };

// What became of its calls.
enum outcome {
    ACCEPTED,
    REFUSED,
    CUT, // by the deadline of the call
    WRONG, // accepted, and there was something to refuse; or the reverse; or ended
    OUTCOMES
};

struct hostile {
    void (*begin)(CMRX_SELF, uint32_t seed);
    uint32_t (*count)(CMRX_SELF, uint32_t target, uint32_t outcome);
};

#endif
