// sample.h - a process that does a bit of everything, and whom it asks.

#ifndef TEST_HOST_PROCESS_SAMPLE_H
#define TEST_HOST_PROCESS_SAMPLE_H

#include <cmrx/process.h>

struct sample {
    uint32_t (*taken)(CMRX_SELF); // from the device, at the last interrupt
    int32_t (*ask)(CMRX_SELF, uint32_t a, uint32_t b); // the helper
    int32_t (*ask_twice)(CMRX_SELF, uint32_t a);
    void (*poke)(CMRX_SELF); // lets pass() pass
    int32_t (*pass)(CMRX_SELF, uint32_t timeout_us);
    uint32_t (*work)(CMRX_SELF, uint32_t amount);
    int32_t (*who)(CMRX_SELF);
    uint32_t (*object)(CMRX_SELF);
    void (*missing)(CMRX_SELF); // not provided
};

struct helper {
    int32_t (*add)(CMRX_SELF, uint32_t a, uint32_t b);
    int32_t (*twice)(CMRX_SELF, uint32_t a);
};

#endif
