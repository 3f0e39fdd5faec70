// wall_clock.h - the time of day, and alarms at a time of day.
//
// Two services of the process `wall_clock`: one to ask, one to set, wired apart.
// The clock is that of the kernel plus what it was set to; it has no calendar:
// seconds since 1970-01-01 00:00:00 UTC, without leap seconds. Until it is set,
// and after the process was restarted, there is no time.

#ifndef SERVER_TIME_WALL_CLOCK_H
#define SERVER_TIME_WALL_CLOCK_H

#include <cmrx/process.h>

#define WALL_CLOCK_NOT_SET UINT64_MAX // of now()
#define WALL_CLOCK_SECONDS_MAX                                                 \
    UINT64_C(253402300799) // the end of the year 9999

#define WALL_CLOCK_PPM_MAX 10000u // of a correction: 1 %

// What wait_until() answers when it is time, or was.
enum {
    WALL_CLOCK_REACHED = 0, // the clock has run up to it
    WALL_CLOCK_JUMPED = 1,  // it was set to it, or past it
    WALL_CLOCK_PAST = 2,    // it was so when it was asked
};

// What a method answers when it did not do what was asked.
enum {
    WALL_CLOCK_DENIED = -1,    // the caller may not touch what it points to
    WALL_CLOCK_INVALID = -2,   // no such time
    WALL_CLOCK_UNSET = -3,     // nobody has set the clock
    WALL_CLOCK_CANCELLED = -4, // the caller has ended, or its call's deadline
};

struct wall_clock_time {
    uint64_t seconds; // since 1970
    uint64_t base;    // cmrx_time_now() at the same instant
    uint32_t us;      // of the second, 0..999999
    uint32_t sets; // how often the clock was set or adjusted; two readings with
                   // the same number, of which the first is_adjusted no more,
                   // have their difference in common with .base
    uint32_t is_adjusted; // 1: a correction is under way
};

struct wall_clock {
    // Microseconds since 1970, or WALL_CLOCK_NOT_SET. Cost: constant.
    uint64_t (*now)(CMRX_SELF);

    // The time in all its parts. Returns 0, WALL_CLOCK_DENIED, WALL_CLOCK_UNSET.
    // Cost: constant.
    int32_t (*read)(CMRX_SELF, struct wall_clock_time *to);

    // Wait until the clock shows at least `high` * 2^32 + `low` microseconds
    // since 1970 (WALL_CLOCK_AT). Set forward past that, it ends at once; set
    // back, it takes longer. Returns WALL_CLOCK_REACHED, WALL_CLOCK_JUMPED,
    // WALL_CLOCK_PAST, or WALL_CLOCK_UNSET, WALL_CLOCK_CANCELLED.
    // Cost: constant; and once more each time the clock is set.
    int32_t (*wait_until)(CMRX_SELF, uint32_t low, uint32_t high);
};

struct wall_clock_setter {
    // It is `high` * 2^32 + `low` seconds (WALL_CLOCK_AT) and `us` (0..999999)
    // after the begin of 1970. Returns 0, WALL_CLOCK_INVALID. Cost: constant, and
    // for each thread that waits.
    int32_t (*set)(CMRX_SELF, uint32_t low, uint32_t high, uint32_t us);

    // Without a jump: from now on run faster by `ppm` microseconds a second (1 to
    // WALL_CLOCK_PPM_MAX), or slower if `us` is below zero, until that many
    // microseconds are gained or lost. The clock never runs backwards. What an
    // earlier correction has done stays, its rest is forgotten; set() ends it.
    // Returns 0, WALL_CLOCK_INVALID, WALL_CLOCK_UNSET. Cost: as set().
    int32_t (*adjust)(CMRX_SELF, int32_t us, uint32_t ppm);
};

// Two words of a 64-bit number, as these methods take it.
#define WALL_CLOCK_AT(time)                                                    \
    (uint32_t)((uint64_t)(time)), (uint32_t)((uint64_t)(time) >> 32)

#endif
