// parts.h - the other processes of the sweep.

#ifndef PARTS_H
#define PARTS_H

#include <cmrx/cmrx.h>

// Numbers of the processes, as in CMakeLists.txt.
enum { SWEEPER, SERVER, VICTIM };

struct gift {
    uint32_t word[4];
};

// Inside a monitor.
struct server {
    uint64_t (*sum)(CMRX_SELF, uint32_t a, uint32_t b, uint32_t c, uint32_t d);
    void (*fill)(CMRX_SELF, struct gift *gift, uint32_t with);
    int32_t (*through)(CMRX_SELF, uint32_t die); // to the victim: its status
    uint32_t (*nap)(CMRX_SELF); // the status of a wait that nobody ends
    void (*work)(CMRX_SELF, const volatile uint32_t *until); // that is set
    uint32_t (*enter)(CMRX_SELF); // how often it was, this time included
};

// Of the same process, in its monitor.
struct large {
    uint32_t (*use)(CMRX_SELF, uint32_t n); // much of the stack
};

// Of the same process, for any number of threads at once.
struct back {
    void (*mail)(CMRX_SELF, uint32_t bits);     // posts them to the sweeper
    uint32_t (*count)(CMRX_SELF, uint32_t bit); // how often it was posted to it
    void (*meet)(CMRX_SELF); // who works, when it is in the monitor
};

struct victim {
    uint32_t (*visits)(CMRX_SELF); // since it was started, this one included
    void (*die)(CMRX_SELF);
    void (*leave)(CMRX_SELF); // the Secure state, by which it dies
    void (*outlive)(
        CMRX_SELF); // all deadlines; it is left by force, and mended
};

#endif
