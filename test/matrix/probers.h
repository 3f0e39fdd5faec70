// probers.h - for those who call the probers: by number.

#ifndef PROBERS_H
#define PROBERS_H

#include "prober.h"

CMRX_USE(struct prober, prober_0);
CMRX_USE(struct prober, prober_1);
CMRX_USE(struct prober, prober_2);
CMRX_USE(struct prober, prober_3);
CMRX_USE(struct prober, prober_4);

// Touch, inside of prober `n`: CMRX_OK, CMRX_INVALID when its memory is not
// what it was, or why not. A prober that was restarted says so once.
static inline enum cmrx_status probers_touch(uint32_t n, uint32_t address,
                                             uint32_t how)
{
    enum cmrx_status status;
    bool unharmed = false;

    do {
        switch (n) {
        case 0:
            status = cmrx_call(&unharmed, prober_0, touch, address, how);
            break;
        case 1:
            status = cmrx_call(&unharmed, prober_1, touch, address, how);
            break;
        case 2:
            status = cmrx_call(&unharmed, prober_2, touch, address, how);
            break;
        case 3:
            status = cmrx_call(&unharmed, prober_3, touch, address, how);
            break;
        default:
            status = cmrx_call(&unharmed, prober_4, touch, address, how);
            break;
        }
    } while (status == CMRX_STALE);
    return status == CMRX_OK && !unharmed ? CMRX_INVALID : status;
}

#endif
