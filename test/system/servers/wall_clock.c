// wall_clock.c - alarms, while the clock is set, and the server restarted.

#include "servers.h"

#include "../../../server/time/wall_clock.h"

CMRX_USE(struct wall_clock, wall_clock);
CMRX_USE(struct wall_clock_setter, wall_clock_setter);

#define NOON UINT64_C(1795780800) // 2026-11-27 12:00 UTC

static uint64_t alarm_time; // of the wall clock
static enum cmrx_status alarm_status;
static uint64_t rung_at;

CMRX_THREAD(alarm, .stack = CMRX_AUTO, .priority = 12, .dormant = 1)
{
    int32_t result = -1;

    alarm_status =
        cmrx_call(&result, wall_clock, wait_until, WALL_CLOCK_AT(alarm_time));
    rung_at = cmrx_time_now();
    cmrx_thread_exit((uint32_t)result);
}

static void alarm_at(uint64_t time)
{
    alarm_time = time;
    cmrx_thread_start(CMRX_THREAD_ID(alarm), 0);
}

// What the alarm thread was told; UINT32_MAX while it waits.
static uint32_t rung(void)
{
    uint32_t result = UINT32_MAX;

    if (cmrx_thread_join(CMRX_THREAD_ID(alarm), &result, in(1000)) != CMRX_OK)
        return UINT32_MAX;
    return result;
}

static void set(uint64_t seconds)
{
    cmrx_call(NULL, wall_clock_setter, set, WALL_CLOCK_AT(seconds), 0);
}

bool alarm_rings_when_it_is_time(void)
{
    uint64_t due = in(20000);

    set(NOON);
    alarm_at(NOON * 1000000 + 20000);
    bool ok = rung() == UINT32_MAX;
    cmrx_sleep_until(due + 5000);
    return ok && rung() == WALL_CLOCK_REACHED && rung_at >= due &&
           rung_at - due < 1000;
}

bool alarm_follows_a_clock_that_is_set(void)
{
    set(NOON);
    alarm_at(NOON * 1000000 + 20000);
    set(NOON - 1);
    cmrx_sleep_until(in(25000));
    bool ok = rung() == UINT32_MAX;
    set(NOON + 1);
    return ok && rung() == WALL_CLOCK_JUMPED;
}

bool clock_that_was_restarted_says_so(void)
{
    uint64_t time = 0;

    set(NOON);
    alarm_at(NOON * 2000000);
    cmrx_process_restart(WALL_CLOCK);
    bool ok = rung() == (uint32_t)-1 && alarm_status == CMRX_DEAD;
    ok &= cmrx_call(&time, wall_clock, now) == CMRX_OK;
    return ok && time == WALL_CLOCK_NOT_SET;
}
