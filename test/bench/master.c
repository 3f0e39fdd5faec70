// master.c - where the crowd waits, sleeps, or is sent away again.

#include "bench.h"
#include "master.h"

#include <cmrx/mutex.h>

static volatile uint32_t phase, joined, unused;
static volatile uint32_t mode = CROWD_WAITS, sleepers;
static volatile uint32_t until_us;

// In a row everybody has one mutex and waits for that of the one before.
static struct cmrx_mutex mutexes[CROWD_MOST];

static void stand_at(uint32_t place, uint32_t last)
{
    cmrx_mutex_lock(&mutexes[place], CMRX_FOREVER);
    if (place > 0) {
        cmrx_mutex_lock(&mutexes[place - 1], CMRX_FOREVER);
        cmrx_mutex_unlock(&mutexes[place - 1]);
    } else {
        while (phase == last)
            continue;
        MARK_END();
    }
    cmrx_mutex_unlock(&mutexes[place]);
}

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
    if (mode == CROWD_IN_A_ROW)
        stand_at(place, last);
    else
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

static enum cmrx_status stand(CMRX_SELF, uint32_t deadline)
{
    struct cmrx_mutex *of_last = &mutexes[joined - 1];
    uint64_t until = deadline == 0 ? CMRX_FOREVER : cmrx_time_now() + deadline;

    if (deadline == 0)
        phase++; // the first sees it when it goes on
    MARK_BEGIN();
    enum cmrx_status status = cmrx_mutex_lock(of_last, until);
    if (status == CMRX_OK)
        cmrx_mutex_unlock(of_last);
    return status;
}

CMRX_PROVIDE_REENTRANT(struct crowd, crowd, .join = join, .set = set,
                       .wake_nobody = wake_nobody, .wake_all = wake_all,
                       .stand = stand);
