// relay.h - the long way to the box.

#ifndef RELAY_H
#define RELAY_H

#include "soak.h"

struct relay {
    // High word: status of the call to the box; low word: what that gave.
    uint64_t (*put)(CMRX_SELF, uint32_t id, uint32_t number, uint32_t check);
};

#endif
