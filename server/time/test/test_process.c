// test_process.c - the time of day, as its users see it.

#include "../wall_clock.h"

#include <cmrx/test.h>

CMRX_USE(struct wall_clock, wall_clock);
CMRX_USE(struct wall_clock_setter, wall_clock_setter);

#define DAY    UINT64_C(1795820400) // 2026-11-27 23:00 UTC
#define SECOND UINT64_C(1000000)

static CMRX_SHARED struct wall_clock_time reading;

static int32_t set(uint64_t seconds, uint32_t us)
{
    int32_t result = 1;

    cmrx_check_equal(
        cmrx_call(&result, wall_clock_setter, set, WALL_CLOCK_AT(seconds), us),
        CMRX_OK);
    return result;
}

static uint64_t now(void)
{
    uint64_t result = 0;

    cmrx_check_equal(cmrx_call(&result, wall_clock, now), CMRX_OK);
    return result;
}

static int32_t read(void)
{
    int32_t result = 1;

    cmrx_check_equal(cmrx_call(&result, wall_clock, read, &reading), CMRX_OK);
    return result;
}

static int32_t wait_until(uint64_t time)
{
    int32_t result = 99;

    cmrx_check_equal(
        cmrx_call(&result, wall_clock, wait_until, WALL_CLOCK_AT(time)),
        CMRX_OK);
    return result;
}

// ---- The time

CMRX_TEST(there_is_no_time_before_it_was_set)
{
    cmrx_test_start();
    cmrx_check(now() == WALL_CLOCK_NOT_SET);
    cmrx_check_equal(read(), WALL_CLOCK_UNSET);
    cmrx_check_equal(wait_until(0), WALL_CLOCK_UNSET);
    cmrx_check_equal(set(0, 0), 0); // 1970 is a time
    cmrx_check_equal(now(), 0);
    cmrx_check_equal(wait_until(0), WALL_CLOCK_PAST);
}

CMRX_TEST(the_time_runs_on_from_what_it_was_set_to)
{
    cmrx_test_start();
    cmrx_check_equal(set(DAY, 999999), 0);
    cmrx_check_equal(now(), DAY * SECOND + 999999);
    cmrx_sleep_until(cmrx_time_now() + 2500001);
    cmrx_check_equal(now(), (DAY + 3) * SECOND + 500000);
    cmrx_check_equal(read(), 0);
    cmrx_check_equal(reading.seconds, DAY + 3);
    cmrx_check_equal(reading.us, 500000);
    cmrx_check_equal(reading.base, cmrx_time_now());
    cmrx_check_equal(reading.sets, 1);
    cmrx_check_equal(set(5, 0), 0); // back
    cmrx_check_equal(now(), 5 * SECOND);
    cmrx_check_equal(read(), 0);
    cmrx_check_equal(reading.sets, 2);
}

CMRX_TEST(what_is_no_time_is_refused_and_changes_nothing)
{
    cmrx_test_start();
    cmrx_check_equal(set(DAY, 1000000), WALL_CLOCK_INVALID);
    cmrx_check_equal(set(DAY, UINT32_MAX), WALL_CLOCK_INVALID);
    cmrx_check_equal(set(WALL_CLOCK_SECONDS_MAX + 1, 0), WALL_CLOCK_INVALID);
    cmrx_check_equal(set(UINT64_MAX, 0), WALL_CLOCK_INVALID);
    cmrx_check(now() == WALL_CLOCK_NOT_SET);
    cmrx_check_equal(set(WALL_CLOCK_SECONDS_MAX, 999999), 0);
    cmrx_check_equal(now(), WALL_CLOCK_SECONDS_MAX * SECOND + 999999);
}

CMRX_TEST(a_reading_goes_only_where_the_caller_may_write)
{
    static struct wall_clock_time mine;
    int32_t result = 1;

    cmrx_test_start();
    set(DAY, 0);
    cmrx_call(&result, wall_clock, read, &mine);
    cmrx_check_equal(result, WALL_CLOCK_DENIED);
    cmrx_call(&result, wall_clock, read, NULL);
    cmrx_check_equal(result, WALL_CLOCK_DENIED);
}

// ---- Alarms

static int32_t rung;
static uint64_t rung_at;

// Of the wall clock, when it was set the first time.
static void alarm_at(uintptr_t seconds)
{
    rung = wait_until((DAY + seconds) * SECOND);
    rung_at = cmrx_time_now();
}

static struct host_thread *alarm_in(uint32_t seconds)
{
    rung = -99;
    return cmrx_test_thread("alarm", alarm_at, seconds, 9);
}

CMRX_TEST(an_alarm_comes_exactly_when_it_is_time)
{
    cmrx_test_start();
    set(DAY, 0);
    uint64_t begin = cmrx_time_now();
    alarm_in(10);
    alarm_in(3);
    cmrx_sleep_until(begin + 10 * SECOND - 1);
    cmrx_check_equal(rung, WALL_CLOCK_REACHED);
    cmrx_check_equal(rung_at - begin, 3 * SECOND);
    cmrx_sleep_until(begin + 20 * SECOND);
    cmrx_check_equal(rung_at - begin, 10 * SECOND);
}

CMRX_TEST(an_alarm_of_the_past_comes_at_once)
{
    cmrx_test_start();
    set(DAY, 0);
    cmrx_check_equal(wait_until(DAY * SECOND), WALL_CLOCK_PAST);
    cmrx_check_equal(wait_until(0), WALL_CLOCK_PAST);
}

CMRX_TEST(a_clock_that_is_set_past_an_alarm_rings_it_at_once)
{
    cmrx_test_start();
    set(DAY, 0);
    struct host_thread *t = alarm_in(100), *other = alarm_in(100);
    set(DAY + 99, 999999);
    cmrx_check(!cmrx_test_has_ended(t) && !cmrx_test_has_ended(other));
    set(DAY + 100, 0);
    cmrx_check(cmrx_test_has_ended(t) && cmrx_test_has_ended(other));
    cmrx_check_equal(rung, WALL_CLOCK_JUMPED);
}

CMRX_TEST(an_alarm_follows_a_clock_that_is_set)
{
    cmrx_test_start();
    set(DAY, 0);
    uint64_t begin = cmrx_time_now();
    struct host_thread *t = alarm_in(100);
    cmrx_sleep_until(begin + 90 * SECOND);
    set(DAY + 50, 0); // back by 40 seconds
    cmrx_sleep_until(begin + 101 * SECOND);
    cmrx_check(!cmrx_test_has_ended(t));
    set(DAY + 70, 0); // forward by 9, not past it
    cmrx_sleep_until(begin + 1000 * SECOND);
    cmrx_check_equal(rung, WALL_CLOCK_REACHED);
    cmrx_check_equal(rung_at - begin, 131 * SECOND);
}

CMRX_TEST(an_alarm_at_the_end_of_all_time_is_set_and_can_be_left)
{
    int32_t result = 1;

    cmrx_test_start();
    set(WALL_CLOCK_SECONDS_MAX, 0);
    uint64_t begin = cmrx_time_now();
    cmrx_call_until(begin + 1000, &result, wall_clock, wait_until, UINT32_MAX,
                    UINT32_MAX);
    cmrx_check_equal(result, WALL_CLOCK_CANCELLED);
    cmrx_check_equal(cmrx_time_now() - begin, 1000);
    set(0, 0);
    cmrx_call_until(begin + 2000, &result, wall_clock, wait_until, UINT32_MAX,
                    UINT32_MAX);
    cmrx_check_equal(result, WALL_CLOCK_CANCELLED);
    cmrx_check_equal(cmrx_time_now() - begin, 2000);
}

CMRX_TEST(an_alarm_whose_process_ends_is_gone)
{
    cmrx_test_start();
    set(DAY, 0);
    struct host_thread *t = alarm_in(100);
    struct host_thread *other = alarm_in(100);
    cmrx_test_cancel(t);
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(rung, -99);
    set(DAY + 200, 0);
    cmrx_check(cmrx_test_has_ended(other));
}
