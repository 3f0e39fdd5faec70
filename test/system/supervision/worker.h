// worker.h - a process that can be told to go wrong.

#ifndef WORKER_H
#define WORKER_H

#include <cmrx/process.h>

struct worker {
    // Post no heartbeat any more.
    int32_t (*hush)(CMRX_SELF);

    // End the thread that does it.
    int32_t (*leave)(CMRX_SELF);

    // Fault.
    int32_t (*fail)(CMRX_SELF);
};

#endif
