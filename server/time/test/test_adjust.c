// test_adjust.c - a clock that is corrected without a jump.

#include "../wall_clock.h"

#include <cmrx/test.h>

CMRX_USE(struct wall_clock, wall_clock);
CMRX_USE(struct wall_clock_setter, wall_clock_setter);

#define DAY    UINT64_C(1795820400) // 2026-11-27 23:00 UTC
#define SECOND UINT64_C(1000000)

static CMRX_SHARED struct wall_clock_time reading;

static int32_t adjust(int32_t us, uint32_t ppm)
{
    int32_t result = 1;

    cmrx_call(&result, wall_clock_setter, adjust, us, ppm);
    return result;
}

static void begin(void)
{
    cmrx_test_start();
    cmrx_call(NULL, wall_clock_setter, set, WALL_CLOCK_AT(DAY), 0);
}

static uint64_t now(void)
{
    uint64_t result = 0;

    cmrx_call(&result, wall_clock, now);
    return result;
}

static bool is_adjusted(void)
{
    cmrx_call(NULL, wall_clock, read, &reading);
    return reading.is_adjusted != 0;
}

static void pass(uint64_t us)
{
    cmrx_sleep_until(cmrx_time_now() + us);
}

CMRX_TEST(what_is_no_correction_is_refused_and_changes_nothing)
{
    cmrx_test_start();
    cmrx_check_equal(adjust(1, 100), WALL_CLOCK_UNSET);
    begin();
    cmrx_check_equal(adjust(100, 0), WALL_CLOCK_INVALID);
    cmrx_check_equal(adjust(100, WALL_CLOCK_PPM_MAX + 1), WALL_CLOCK_INVALID);
    cmrx_check_equal(adjust(100, UINT32_MAX), WALL_CLOCK_INVALID);
    uint64_t before = now();
    pass(100 * SECOND);
    cmrx_check_equal(now() - before, 100 * SECOND);
    cmrx_check(!is_adjusted());
}

CMRX_TEST(a_correction_gains_what_was_asked_and_then_ends)
{
    begin();
    uint64_t before = now();
    cmrx_check_equal(adjust(1000, 500), 0); // takes two seconds
    cmrx_check_equal(now(), before);
    pass(SECOND);
    cmrx_check_equal(now() - before, SECOND + 500);
    cmrx_check(is_adjusted());
    pass(SECOND);
    cmrx_check_equal(now() - before, 2 * SECOND + 1000);
    cmrx_check(!is_adjusted());
    pass(1000 * SECOND);
    cmrx_check_equal(now() - before, 1002 * SECOND + 1000);
}

CMRX_TEST(a_correction_back_never_runs_backwards)
{
    begin();
    uint64_t before = now(), last = before;
    cmrx_check_equal(adjust(-100, WALL_CLOCK_PPM_MAX), 0);
    for (unsigned n = 0; n < 12000; n++) {
        pass(1);
        cmrx_check(now() == last || now() == last + 1);
        last = now();
    }
    cmrx_check_equal(last - before, 12000 - 100);
}

CMRX_TEST(the_longest_correction_is_counted_to_its_end)
{
    begin();
    uint64_t before = now();
    cmrx_check_equal(adjust(INT32_MIN, 1), 0);
    pass(1000 * SECOND);
    cmrx_check_equal(now() - before, 1000 * SECOND - 1000);
    pass(UINT64_C(2147483648) * SECOND);
    cmrx_check(!is_adjusted());
    cmrx_check_equal(now() - before, (UINT64_C(2147483648) + 1000) * SECOND -
                                         UINT64_C(2147483648));
    cmrx_check_equal(adjust(INT32_MAX, 1), 0);
    before = now();
    pass(UINT64_C(2147483648) * SECOND);
    cmrx_check_equal(now() - before, UINT64_C(2147483648) * SECOND + INT32_MAX);
}

CMRX_TEST(a_new_one_keeps_what_was_done_and_forgets_the_rest)
{
    begin();
    uint64_t before = now();
    adjust(1000, 100);
    pass(SECOND); // 100 of them
    adjust(-10, 10);
    pass(100 * SECOND);
    cmrx_check_equal(now() - before, 101 * SECOND + 90);
    adjust(1000, 100);
    pass(SECOND);
    cmrx_call(NULL, wall_clock_setter, set, WALL_CLOCK_AT(DAY), 0);
    cmrx_check(!is_adjusted());
    pass(100 * SECOND);
    cmrx_check_equal(now(), (DAY + 100) * SECOND);
}

// ---- Alarms

static int32_t rung;
static uint64_t shown;

static void alarm_in_us(uintptr_t us)
{
    cmrx_call(&rung, wall_clock, wait_until, WALL_CLOCK_AT(DAY * SECOND + us));
    shown = now();
}

CMRX_TEST(an_alarm_rings_as_soon_as_a_clock_that_is_adjusted_shows_it)
{
    static const int32_t corrections[] = { 1000000, -1000000, 777, -777, 1 };

    for (unsigned n = 0; n < 5; n++) {
        begin();
        struct host_thread *t =
            cmrx_test_thread("alarm", alarm_in_us, 3456789, 9);
        pass(12345);
        adjust(corrections[n], WALL_CLOCK_PPM_MAX - n);
        rung = -99;
        while (now() < DAY * SECOND + 3456789) {
            cmrx_check(!cmrx_test_has_ended(t));
            uint64_t left = DAY * SECOND + 3456789 - now();
            pass(left > 200 ? left / 2 : 1);
        }
        cmrx_check(cmrx_test_has_ended(t));
        cmrx_check_equal(rung, WALL_CLOCK_REACHED);
        cmrx_check_equal(shown, DAY * SECOND + 3456789);
    }
}

CMRX_TEST(a_jump_past_an_alarm_ends_a_correction_and_rings)
{
    begin();
    struct host_thread *t = cmrx_test_thread("alarm", alarm_in_us, 3456789, 9);
    adjust(-1000, 1);
    cmrx_call(NULL, wall_clock_setter, set, WALL_CLOCK_AT(DAY + 10), 0);
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(rung, WALL_CLOCK_JUMPED);
}

// ---- Against a model, in which each microsecond of the kernel is one or less or more

CMRX_TEST(the_clock_is_within_its_rate_whatever_is_asked)
{
    uint32_t random = 1;

    begin();
    for (unsigned round = 0; round < 2000; round++) {
        random = random * 1664525u + 1013904223u;
        uint32_t ppm = 1 + (random >> 8) % WALL_CLOCK_PPM_MAX;
        int32_t us = (int32_t)(random >> 12 & 0xfff) - 2048;
        uint64_t before = now(), time = (random >> 4) % 300000;

        adjust(us, ppm);
        pass(time);
        int64_t gained = (int64_t)(now() - before - time);
        int64_t most = (int64_t)(time * ppm / 1000000u);
        int64_t wanted = us < 0 ? -(int64_t)us : us;
        cmrx_check_equal(us < 0 ? -gained : gained,
                         most < wanted ? most : wanted);
    }
}
