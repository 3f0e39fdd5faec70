// wide.h - two processes with more windows than a usual map has room for, and one that
// has none.

#ifndef WIDE_H
#define WIDE_H

#include <cmrx/cmrx.h>

struct peer {
    uint32_t (*touch)(CMRX_SELF);
    uint32_t (*stay)(CMRX_SELF); // touches, lets others run, and touches again
};

struct few {
    void (*rest)(CMRX_SELF); // others run
};

#define TURNS 20u

// Each window holds what was left there, and gets the next.
static inline bool has_gone_on(volatile uint32_t *const *windows,
                               uint32_t count, uint32_t *turn)
{
    bool good = true;

    for (uint32_t n = 0; n < count; n++) {
        good = good && *windows[n] == *turn * (n + 1);
        *windows[n] = (*turn + 1) * (n + 1);
    }
    ++*turn;
    return good;
}

#endif
