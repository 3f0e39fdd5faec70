// timer.h (arm/sse) - the same timer for tests, where it compares with a counter: that
// of SSE-300 (Arm SSE-300 TRM, system timer).

#ifndef TIMER_H
#define TIMER_H

#include <cmrx/cmrx.h>

struct sse_timer {
    uint32_t count[2], other[6];
    uint32_t compare[2], ticks, control;
};

CMRX_DEVICE(struct sse_timer, timer);

#define TIMER_ON    1u
#define TIMER_CAME  4u

// The counter's ticks take 31.25 ns. QEMU rounds down when a timer is to run out, and
// asks for it for ever where that is not a whole number of ns: only every fourth.
#define TIMER_GRAIN 4u

static inline uint64_t timer_count(void)
{
    uint32_t high, low;

    do {
        high = timer.count[1];
        low = timer.count[0];
    } while (high != timer.count[1]);
    return (uint64_t)high << 32 | low;
}

// Its line rises after so many times 125 ns, of which the first may be shorter; the
// last store begins that. It does not rise before.
static inline void timer_start(uint32_t ticks)
{
    timer.compare[1] = UINT32_MAX >> 1;
    timer.control = TIMER_ON;
    uint64_t then =
        timer_count() / TIMER_GRAIN * TIMER_GRAIN + TIMER_GRAIN * (ticks + 3);
    timer.compare[0] = (uint32_t)then;
    timer.compare[1] = (uint32_t)(then >> 32);
}

// Nanoseconds until the next microsecond of the machine begins: it does not say.
static inline uint32_t timer_to_microsecond(void)
{
    return 0;
}

static inline bool timer_has_come(void)
{
    return (timer.control & TIMER_CAME) != 0;
}

static inline void timer_stop(void)
{
    timer.control = 0;
}

#endif
