// load.h - loads that are known.

#ifndef LOAD_H
#define LOAD_H

#include <cmrx/cmrx.h>

// Of a period that is the mean pause between two samples of the meter: so long at
// home, so long in a call.
#define PERIOD_US 10000u
#define HOME_US   3000u
#define CALL_US   2000u

struct helper {
    void (*work)(CMRX_SELF, uint32_t us);
};

static inline void work_for(uint32_t us)
{
    uint64_t end = cmrx_time_now() + us;

    while (cmrx_time_now() < end)
        continue;
}

#endif
