// actuator.c - something that moves, and must never be where it should not.
//
// The thread `control` is the most urgent of the system and does nothing but a
// step each period. The methods only leave a wish (one word) and read: what
// callers do cannot delay a step.

#include "actuator.h"
#include "motion.h"

#include <cmrx/cmrx.h>

#define PERIOD_US 10000u

static struct motion actuator_state;
static volatile int32_t wish;
static struct actuator_report report;

static void look_at_the_clock(uint64_t deadline)
{
    uint64_t late = cmrx_time_now() - deadline;

    // The deadline of a step is the begin of the next one.
    if (late >= PERIOD_US)
        report.missed++;
    if (late > report.latest_us)
        report.latest_us = late > UINT32_MAX ? UINT32_MAX : (uint32_t)late;
    report.periods++;
}

static void control_step(void)
{
    // A state that was tampered with is not acted upon.
    if (!motion_is_sound(&actuator_state)) {
        report.anomalies++;
        return;
    }
    motion_step(&actuator_state, wish);
}

CMRX_THREAD(control, .stack = 256, .priority = 30)
{
    uint64_t deadline = cmrx_time_now();

    motion_start(&actuator_state);
    for (;;) {
        deadline += PERIOD_US;
        cmrx_sleep_until(deadline);
        look_at_the_clock(deadline);
        control_step();
        // Steps that were missed are not made up for, one after the other.
        while (cmrx_time_now() >= deadline + PERIOD_US)
            deadline += PERIOD_US;
    }
}

static int32_t actuator_move(CMRX_SELF, int32_t position)
{
    if (position < 0 || position > ACTUATOR_MAX)
        return ACTUATOR_RANGE;
    wish = position;
    return 0;
}

static int32_t actuator_get(CMRX_SELF, struct actuator_report *to)
{
    if (!cmrx_caller_may_write(to, sizeof(*to)))
        return ACTUATOR_DENIED;
    // A step may come between two of these words; each alone is right.
    report.position = actuator_state.position;
    report.target = wish;
    *to = report;
    return 0;
}

CMRX_PROVIDE(struct actuator, actuator, .move = actuator_move,
             .get = actuator_get);
