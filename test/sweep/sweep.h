// sweep.h - an interrupt at every instruction: the parts of the test.
//
// A path is run again and again, each time with the timer set to run out one
// tick later (less than an instruction). The interrupt wakes the intruder, a
// thread above all others, which gets in the way as much as it can: it enters
// other processes, and does to the same objects what the path does.

#ifndef SWEEP_H
#define SWEEP_H

#include "parts.h"

struct path {
    const char *name;
    void (*prepare)(void); // before the timer is set, or NULL
    void (*run)(void);     // what is interrupted
    void (*intrude)(void); // by the intruder, or NULL
    bool (*is_right)(void);
    // Ticks to sweep, for a path that does not end without the interrupt; 0:
    // until the interrupt comes after its end.
    uint32_t ticks;
    // From which one on the kernel's alarm has a part in it; 0: never.
    uint32_t alarm;
};

#define PATHS(name)                                                            \
    extern const struct path name[];                                           \
    extern const uint32_t name##_count

PATHS(kernel_paths);  // kernel_paths.c
PATHS(thread_paths);  // thread_paths.c
PATHS(library_paths); // library_paths.c

CMRX_USE(struct server, server);
CMRX_USE(struct large, large);
CMRX_USE(struct back, back);
CMRX_USE(struct victim, victim);

extern volatile uint32_t fired; // the intruder has been there

#endif
