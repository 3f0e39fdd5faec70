// prober.h - a process that touches what it is told to touch.

#ifndef PROBER_H
#define PROBER_H

#include <cmrx/cmrx.h>

// How a word is touched. matrix.py has the same numbers.
enum how {
    HOW_READ,
    HOW_WRITE_BACK, // what was read there: changes nothing
    HOW_WRITE,      // zero, without a look
    HOW_EXECUTE,
    HOW_BY_THREAD = 0x10, // by a thread of the prober's own, not by the visitor
    HOW_BY_RELAY = 0x20,  // by a visitor who came through the relay
};

struct prober {
    // Is what it has in its memory still there?
    bool (*touch)(CMRX_SELF, uint32_t address, uint32_t how);
    void (*harmless)(CMRX_SELF); // what is executed where that is allowed
};

// Passes it on; the result is that of probers_touch().
struct relay {
    int32_t (*touch)(CMRX_SELF, uint32_t prober, uint32_t address,
                     uint32_t how);
};

#endif
