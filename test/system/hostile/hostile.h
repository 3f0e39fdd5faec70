// hostile.h - what the tester, the hostile client and the bystander have in common.

#ifndef HOSTILE_H
#define HOSTILE_H

#include "../../../server/queue/messages.h"

#include <cmrx/cmrx.h>

// As in cmrx_system(PROCESSES ...).
enum {
    TESTER,
    HOSTILE,
    QUEUE,
    LOG_SERVER,
    STORE,
    WALL_CLOCK,
    METER,
    BYSTANDER,
    PROCESSES
};

// Methods that the hostile client calls. The bit of a row, or several.
enum target {
    QUEUE_PUT, // of the queue that the tester receives from
    QUEUE_ACCOUNT,
    QUEUE_GET,
    QUEUE_DONE,
    OWN_PUT, // of one that is its own
    OWN_GET,
    OWN_DONE,
    LOG_WRITE,
    LOG_READ,
    LOG_LIMIT,
    STORE_PUT,
    STORE_GET,
    STORE_REMOVE,
    CLOCK_NOW,
    CLOCK_READ,
    CLOCK_WAIT,
    CLOCK_SET,
    CLOCK_ADJUST,
    METER_SHARE,
    METER_OWN,
    TARGETS
};

// What became of its calls.
enum outcome {
    ACCEPTED, // the method has done it,
    REFUSED,  // or not
    CUT,      // the deadline of the call came before it was in
    FAILED,   // anything else,
    WRONG,    // also what was accepted and may not be
    OUTCOMES
};

struct hostile {
    // From now on call the methods whose bits are set, with arguments made of
    // `seed`. Returns 0.
    uint32_t (*begin)(CMRX_SELF, uint32_t targets, uint32_t seed);
    uint32_t (*count)(CMRX_SELF, uint32_t target, uint32_t outcome);
};

struct bystander {
    bool (*is_unharmed)(CMRX_SELF);
    uint32_t (*worst)(CMRX_SELF); // microseconds that it was late since it was
                                  // asked last
    uint32_t (*wakes)(CMRX_SELF);
};

QUEUE_OF(spoil, struct message);

#endif
