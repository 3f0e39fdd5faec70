// wall_clock.c - the time of day, and alarms at a time of day.
//
// An alarm is a thread that waits in here: there is no table of them that could
// be full, and one whose process ends is gone by itself. All methods are in the
// monitor; who waits is out of it, and looks again when the clock is set.

#include "wall_clock.h"

#include <cmrx/cmrx.h>

#include <stdbool.h>

#define SECOND  1000000u
#define MILLION 1000000u

// Wall clock - clock of the kernel, modulo 2^64, without the correction under way.
static uint64_t offset;
static volatile uint32_t sets; // or adjusted; 0: it was never set
static uint32_t jumps;         // by being set

// A correction: from `begin` on `ppm` microseconds more or less each second, until
// `total` are gained or lost. It is always computed from its begin: nothing is
// rounded twice.
static struct {
    uint64_t begin;
    uint32_t total, ppm; // 0: none
    bool is_back;
} slope;

// Of the correction, at `base`. The product is below 2^52: what is longer ago than it
// takes is done.
static uint32_t corrected(uint64_t base)
{
    uint64_t elapsed = base - slope.begin;

    if (slope.ppm == 0 ||
        elapsed >= (uint64_t)slope.total * MILLION / slope.ppm + 1)
        return slope.total;
    uint64_t done = elapsed * slope.ppm / MILLION;
    return done < slope.total ? (uint32_t)done : slope.total;
}

static uint64_t wall(uint64_t base)
{
    uint64_t correction = corrected(base);

    return base + offset + (slope.is_back ? 0 - correction : correction);
}

// It goes on from what it shows now. Who waits looks again.
static void changed(uint64_t shows, uint64_t base)
{
    offset = shows - base;
    slope.total = 0;
    slope.ppm = 0;
    sets = sets == UINT32_MAX ? 1 : sets + 1;
    cmrx_wake(&sets, CMRX_WAKE_ALL);
}

static int32_t wall_clock_set(CMRX_SELF, uint32_t low, uint32_t high,
                              uint32_t us)
{
    uint64_t seconds = (uint64_t)high << 32 | low;

    if (seconds > WALL_CLOCK_SECONDS_MAX || us >= SECOND)
        return WALL_CLOCK_INVALID;
    jumps++;
    changed(seconds * SECOND + us, cmrx_time_now());
    return 0;
}

static int32_t wall_clock_adjust(CMRX_SELF, int32_t us, uint32_t ppm)
{
    uint64_t base = cmrx_time_now();

    if (ppm == 0 || ppm > WALL_CLOCK_PPM_MAX)
        return WALL_CLOCK_INVALID;
    if (sets == 0)
        return WALL_CLOCK_UNSET;
    changed(wall(base), base);
    slope.begin = base;
    slope.is_back = us < 0;
    slope.total = us < 0 ? 0u - (uint32_t)us : (uint32_t)us;
    slope.ppm = ppm;
    return 0;
}

CMRX_PROVIDE(struct wall_clock_setter, wall_clock_setter, .set = wall_clock_set,
             .adjust = wall_clock_adjust);

static uint64_t wall_clock_now(CMRX_SELF)
{
    return sets == 0 ? WALL_CLOCK_NOT_SET : wall(cmrx_time_now());
}

static int32_t wall_clock_read(CMRX_SELF, struct wall_clock_time *to)
{
    if (!cmrx_caller_may_write(to, sizeof(*to)))
        return WALL_CLOCK_DENIED;
    if (sets == 0)
        return WALL_CLOCK_UNSET;
    uint64_t base = cmrx_time_now(), now = wall(base);
    uint64_t seconds = now / SECOND;
    to->seconds = seconds;
    to->base = base;
    to->us = (uint32_t)(now - seconds * SECOND);
    to->sets = sets;
    to->is_adjusted = corrected(base) < slope.total;
    return 0;
}

// The deadline, of the kernel's clock, at which to look whether the wall clock has come
// to `time`, which it has not at `base`. Never too late. While a correction is under
// way it may be too early, by 1 % of the time that is left at most; then the next
// deadline is for the rest.
static uint64_t look_at(uint64_t time, uint64_t base)
{
    uint64_t left = time - wall(base), gain = slope.total - corrected(base);

    if (left < UINT64_C(1) << 40 && left * slope.ppm / MILLION < gain)
        gain = left * slope.ppm / MILLION;
    uint64_t deadline = base + left - gain;
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
        uint32_t seen = jumps;

        if (wall(base) >= time)
            return result;
        enum cmrx_status status = cmrx_wait(&sets, sets, look_at(time, base));
        if (status != CMRX_TIMEOUT && status != CMRX_OK &&
            status != CMRX_CHANGED)
            return WALL_CLOCK_CANCELLED;
        result = jumps == seen ? WALL_CLOCK_REACHED : WALL_CLOCK_JUMPED;
    }
}

CMRX_PROVIDE(struct wall_clock, wall_clock, .now = wall_clock_now,
             .read = wall_clock_read, .wait_until = wall_clock_wait_until);
