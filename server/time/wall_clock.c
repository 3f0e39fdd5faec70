// wall_clock.c - the time of day, and alarms at a time of day.
//
// An alarm is a thread that waits in here: there is no table of them that could
// be full, and one whose process ends is gone by itself. All methods are in the
// monitor; who waits is out of it, and looks again when the clock is set.

#include "wall_clock.h"

#include <cmrx/cmrx.h>

#define SECOND 1000000u

static uint64_t offset;        // wall clock - clock of the kernel, modulo 2^64
static volatile uint32_t sets; // 0: it was never set

static int32_t wall_clock_set(CMRX_SELF, uint32_t low, uint32_t high,
                              uint32_t us)
{
    uint64_t seconds = (uint64_t)high << 32 | low;

    if (seconds > WALL_CLOCK_SECONDS_MAX || us >= SECOND)
        return WALL_CLOCK_INVALID;
    offset = seconds * SECOND + us - cmrx_time_now();
    sets = sets == UINT32_MAX ? 1 : sets + 1;
    cmrx_wake(&sets, CMRX_WAKE_ALL);
    return 0;
}

CMRX_PROVIDE(struct wall_clock_setter, wall_clock_setter,
             .set = wall_clock_set);

static uint64_t wall_clock_now(CMRX_SELF)
{
    return sets == 0 ? WALL_CLOCK_NOT_SET : cmrx_time_now() + offset;
}

static int32_t wall_clock_read(CMRX_SELF, struct wall_clock_time *to)
{
    if (!cmrx_caller_may_write(to, sizeof(*to)))
        return WALL_CLOCK_DENIED;
    if (sets == 0)
        return WALL_CLOCK_UNSET;
    uint64_t base = cmrx_time_now(), now = base + offset;
    uint64_t seconds = now / SECOND;
    to->seconds = seconds;
    to->base = base;
    to->us = (uint32_t)(now - seconds * SECOND);
    to->sets = sets;
    return 0;
}

// When the clock of the kernel will be there; the wall clock shows less now.
static uint64_t deadline_of(uint64_t time, uint64_t base)
{
    uint64_t deadline = base + (time - (base + offset));

    return deadline < base ? CMRX_FOREVER : deadline;
}

static int32_t wall_clock_wait_until(CMRX_SELF, uint32_t low, uint32_t high)
{
    uint64_t time = (uint64_t)high << 32 | low;
    int32_t result = WALL_CLOCK_PAST;

    if (sets == 0)
        return WALL_CLOCK_UNSET;
    for (;;) {
        uint64_t base = cmrx_time_now();

        if (base + offset >= time)
            return result;
        switch (cmrx_wait(&sets, sets, deadline_of(time, base))) {
        case CMRX_TIMEOUT:
            result = WALL_CLOCK_REACHED;
            break;
        case CMRX_OK:
        case CMRX_CHANGED:
            result = WALL_CLOCK_JUMPED;
            break;
        default:
            return WALL_CLOCK_CANCELLED;
        }
    }
}

CMRX_PROVIDE(struct wall_clock, wall_clock, .now = wall_clock_now,
             .read = wall_clock_read, .wait_until = wall_clock_wait_until);
