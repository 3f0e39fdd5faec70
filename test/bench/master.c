// master.c - where the crowd waits, sleeps, or is sent away again.

#include "bench.h"
#include "master.h"

static volatile uint32_t phase, joined, unused;
static volatile uint32_t mode = CROWD_WAITS, sleepers;
static volatile uint32_t until_us;

uint32_t master_join(uint32_t last)
{
    uint64_t deadline = CMRX_FOREVER;

    if (mode == CROWD_IS_READY)
        return phase;
    uint32_t place = __atomic_fetch_add(&joined, 1, __ATOMIC_RELAXED);
    if (mode == CROWD_GOES && place < sleepers)
        return until_us + place;
    if (mode == CROWD_SLEEPS && place < sleepers)
        deadline = (uint64_t)until_us + place;
    cmrx_wait(&phase, last, deadline);
    return phase;
}

static uint32_t join(CMRX_SELF, uint32_t last)
{
    return master_join(last);
}

static void set(CMRX_SELF, uint32_t new_mode, uint32_t count, uint32_t until)
{
    mode = new_mode;
    sleepers = count;
    until_us = until;
    joined = 0;
    phase++;
    cmrx_wake(&phase, CMRX_WAKE_ALL);
}

static void wake_nobody(CMRX_SELF)
{
    MARK_BEGIN();
    cmrx_wake(&unused, 1);
    MARK_END();
}

static void wake_all(CMRX_SELF)
{
    MARK_BEGIN();
    cmrx_wake(&phase, CMRX_WAKE_ALL);
    MARK_END();
}

CMRX_PROVIDE_REENTRANT(struct crowd, crowd, .join = join, .set = set,
                       .wake_nobody = wake_nobody, .wake_all = wake_all);
