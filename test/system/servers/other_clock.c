// other_clock.c - another program in the place of `wall_clock`: nothing of
// server/time but the interface.
//
// It looks at the time every now and then in place of waiting for what is set, and
// a correction is done at once.

#include "../../../server/time/wall_clock.h"

#include <cmrx/cmrx.h>

#define LOOK_US 300u
#define MILLION 1000000u

static uint64_t offset;
static uint32_t sets, jumps;

static uint64_t shows(void)
{
    return cmrx_time_now() + offset;
}

static int32_t clock_set(CMRX_SELF, uint32_t low, uint32_t high, uint32_t us)
{
    uint64_t seconds = (uint64_t)high << 32 | low;

    if (seconds > WALL_CLOCK_SECONDS_MAX || us >= MILLION)
        return WALL_CLOCK_INVALID;
    offset = seconds * MILLION + us - cmrx_time_now();
    sets++;
    jumps++;
    return 0;
}

static int32_t clock_adjust(CMRX_SELF, int32_t us, uint32_t ppm)
{
    if (ppm == 0 || ppm > WALL_CLOCK_PPM_MAX)
        return WALL_CLOCK_INVALID;
    if (sets == 0)
        return WALL_CLOCK_UNSET;
    offset += (uint64_t)(int64_t)us;
    sets++;
    return 0;
}

CMRX_PROVIDE(struct wall_clock_setter, wall_clock_setter, .set = clock_set,
             .adjust = clock_adjust);

static uint64_t clock_now(CMRX_SELF)
{
    return sets == 0 ? WALL_CLOCK_NOT_SET : shows();
}

static int32_t clock_read(CMRX_SELF, struct wall_clock_time *to)
{
    if (!cmrx_caller_may_write(to, sizeof(*to)))
        return WALL_CLOCK_DENIED;
    if (sets == 0)
        return WALL_CLOCK_UNSET;
    to->base = cmrx_time_now();
    to->seconds = (to->base + offset) / MILLION;
    to->us = (uint32_t)((to->base + offset) % MILLION);
    to->sets = sets;
    to->is_adjusted = 0;
    return 0;
}

static int32_t clock_wait_until(CMRX_SELF, uint32_t low, uint32_t high)
{
    static uint32_t never; // is woken
    uint64_t time = (uint64_t)high << 32 | low;
    uint32_t seen = jumps;

    if (sets == 0)
        return WALL_CLOCK_UNSET;
    if (shows() >= time)
        return WALL_CLOCK_PAST;
    for (;;) {
        enum cmrx_status status =
            cmrx_wait(&never, 0, cmrx_time_now() + LOOK_US);

        if (shows() >= time)
            return jumps == seen ? WALL_CLOCK_REACHED : WALL_CLOCK_JUMPED;
        if (status != CMRX_TIMEOUT)
            return WALL_CLOCK_CANCELLED;
        seen = jumps;
    }
}

CMRX_PROVIDE(struct wall_clock, wall_clock, .now = clock_now,
             .read = clock_read, .wait_until = clock_wait_until);
