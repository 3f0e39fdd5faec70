// test_policy.c - whether a process that has failed is started again, and when.

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy.h"

// Times wrap: the tests begin shortly before that.
#define BEGIN ((uint32_t)0 - 30000u)

void wards_reset(uint32_t process)
{
    (void)process;
}

static const struct policy usual = { .most = 0 };

static enum verdict failed(const struct policy *policy, struct ward *ward,
                           uint32_t now)
{
    return policy_failed(policy, policy->restart, ward, now);
}

// ---- How it is started again

static void the_delay_doubles_and_then_it_is_given_up(void **state)
{
    static const uint32_t delays[] = {
        0, 10000, 20000, 40000, 80000, 160000, 320000,
    };
    struct ward ward = { 0 };
    uint32_t now = BEGIN;
    (void)state;

    for (unsigned n = 0; n < sizeof(delays) / sizeof(delays[0]); n++) {
        assert_int_equal(failed(&usual, &ward, now), VERDICT_START);
        assert_int_equal(ward.state, WARD_PENDING);
        assert_int_equal(ward.due - now, delays[n]);
        now = ward.due + 1000;
    }
    assert_int_equal(failed(&usual, &ward, now), VERDICT_GIVE_UP);
    assert_int_equal(ward.state, WARD_GIVEN_UP);
    assert_int_equal(ward.failures, POLICY_MOST + 1);
}

static void the_delay_has_a_limit(void **state)
{
    const struct policy long_row = { .most = 255,
                                     .within_ms = POLICY_WITHIN_MAX_MS,
                                     .delay_ms = 7 };
    struct ward ward = { 0 };
    (void)state;

    for (unsigned n = 1; n < 25; n++) {
        uint32_t now = n == 1 ? BEGIN : ward.due;

        assert_int_equal(failed(&long_row, &ward, now), VERDICT_START);
        assert_int_equal(ward.failures, n);
        if (n > 15)
            assert_int_equal(ward.due - now, POLICY_DELAY_MAX_MS * 1000);
        else
            assert_true(ward.due - now <= POLICY_DELAY_MAX_MS * 1000);
    }
}

static void at_once_is_without_delay_each_time(void **state)
{
    const struct policy policy = { .restart = SUPERVISE_AT_ONCE, .most = 3 };
    struct ward ward = { 0 };
    uint32_t now = BEGIN;
    (void)state;

    for (unsigned n = 0; n < 3; n++) {
        assert_int_equal(failed(&policy, &ward, now), VERDICT_START);
        assert_int_equal(ward.due, now);
        now += POLICY_SPACING_MS * 1000;
    }
    assert_int_equal(failed(&policy, &ward, now), VERDICT_GIVE_UP);
}

static void nobody_is_started_twice_within_the_spacing(void **state)
{
    const struct policy at_once = { .restart = SUPERVISE_AT_ONCE, .most = 254 };
    const struct policy back_off = { .delay_ms = 1, .most = 254 };
    const struct policy *policies[] = { &at_once, &back_off };
    (void)state;

    for (unsigned n = 0; n < 2; n++) {
        struct ward ward = { 0 };
        uint32_t last = BEGIN, now = BEGIN;

        failed(policies[n], &ward, now);
        assert_int_equal(ward.due, now);
        for (unsigned i = 1; n == 0 ? i < 254 : i < 8; i++) {
            now = ward.due + i % 3;
            assert_int_equal(failed(policies[n], &ward, now), VERDICT_START);
            assert_true(ward.due - last >= POLICY_SPACING_MS * 1000);
            assert_true(n != 0 || ward.due - last == POLICY_SPACING_MS * 1000);
            last = ward.due;
        }
    }
}

static void as_often_as_can_be_said_is_not_for_ever(void **state)
{
    const struct policy policy = { .restart = SUPERVISE_AT_ONCE, .most = 255 };
    struct ward ward = { 0 };
    (void)state;

    for (unsigned n = 0; n < 254; n++)
        assert_int_equal(failed(&policy, &ward, BEGIN), VERDICT_START);
    assert_int_equal(failed(&policy, &ward, BEGIN), VERDICT_GIVE_UP);
}

static void never_is_after_the_first_failure(void **state)
{
    const struct policy stop = { .restart = SUPERVISE_NEVER };
    const struct policy reset = { .restart = SUPERVISE_NEVER,
                                  .then = SUPERVISE_RESET };
    struct ward ward = { 0 };
    (void)state;

    assert_int_equal(failed(&stop, &ward, BEGIN), VERDICT_GIVE_UP);
    ward = (struct ward){ 0 };
    assert_int_equal(failed(&reset, &ward, BEGIN), VERDICT_THEN);
}

static void too_many_failures_can_reset_the_system(void **state)
{
    const struct policy policy = { .most = 1, .then = SUPERVISE_RESET };
    struct ward ward = { 0 };
    (void)state;

    assert_int_equal(failed(&policy, &ward, BEGIN), VERDICT_START);
    assert_int_equal(failed(&policy, &ward, BEGIN + 1), VERDICT_THEN);
}

// The function of the product's own says how; the limits hold for it, too.
static void what_somebody_else_decides_has_the_same_limit(void **state)
{
    const struct policy policy = { .restart = SUPERVISE_ASK, .most = 2 };
    struct ward ward = { 0 };
    (void)state;

    for (unsigned n = 0; n < 2; n++)
        assert_int_equal(
            policy_failed(&policy, SUPERVISE_AT_ONCE, &ward, BEGIN),
            VERDICT_START);
    assert_int_equal(policy_failed(&policy, SUPERVISE_AT_ONCE, &ward, BEGIN),
                     VERDICT_GIVE_UP);
}

// ---- Time

static void failures_are_forgotten_after_the_window(void **state)
{
    struct ward ward = { 0 };
    uint32_t now = BEGIN;
    (void)state;

    for (unsigned n = 0; n < 200; n++) { // the clock wraps twice and more
        assert_int_equal(failed(&usual, &ward, now), VERDICT_START);
        assert_int_equal(ward.due, now);
        assert_int_equal(ward.failures, 1);
        ward.state = WARD_QUIET;
        assert_int_equal(policy_next(&usual, &ward, now),
                         POLICY_WITHIN_MS * 1000);
        now += POLICY_WITHIN_MS * 1000;
        policy_age(&usual, &ward, now - 1);
        assert_int_equal(ward.failures, 1);
        policy_age(&usual, &ward, now);
        assert_int_equal(ward.failures, 0);
        assert_int_equal(policy_next(&usual, &ward, now), UINT32_MAX);
    }
}

static void a_long_window_ends_when_it_does(void **state)
{
    const struct policy policy = { .within_ms = UINT32_MAX };
    struct ward ward = { 0 };
    (void)state;

    failed(&policy, &ward, BEGIN);
    policy_age(&policy, &ward, BEGIN + POLICY_WITHIN_MAX_MS * 1000 - 1);
    assert_int_equal(ward.failures, 1);
    policy_age(&policy, &ward, BEGIN + POLICY_WITHIN_MAX_MS * 1000);
    assert_int_equal(ward.failures, 0);
}

static void a_failure_right_after_start_is_one(void **state)
{
    struct ward ward = { 0 };
    (void)state;

    failed(&usual, &ward, 0);
    failed(&usual, &ward, 0);
    assert_int_equal(ward.failures, 2);
}

static void who_is_given_up_stays_so(void **state)
{
    const struct policy policy = { .restart = SUPERVISE_NEVER };
    struct ward ward = { 0 };
    (void)state;

    failed(&policy, &ward, BEGIN);
    policy_age(&policy, &ward, BEGIN + POLICY_WITHIN_MS * 1000);
    assert_int_equal(ward.failures, 1);
    assert_int_equal(ward.state, WARD_GIVEN_UP);
    assert_int_equal(policy_next(&policy, &ward, BEGIN), UINT32_MAX);
}

static void the_next_look_is_when_something_is_due(void **state)
{
    const struct policy policy = { .within_ms = 15 };
    struct ward ward = { 0 };
    (void)state;

    failed(&policy, &ward, BEGIN);
    assert_int_equal(policy_next(&policy, &ward, BEGIN), 0);
    failed(&policy, &ward, BEGIN); // to be started after 10 ms
    assert_int_equal(policy_next(&policy, &ward, BEGIN + 1), 9999);
    assert_int_equal(policy_next(&policy, &ward, BEGIN + 10001), 0);
    ward.state = WARD_QUIET;
    assert_int_equal(policy_next(&policy, &ward, BEGIN + 10001), 4999);
}

// The failures wrap no counter.
static void a_row_without_end_is_counted_up_to_what_fits(void **state)
{
    const struct policy policy = { .most = 3 };
    struct ward ward = { 0 };
    (void)state;

    for (unsigned n = 0; n < 1000; n++) {
        assert_int_equal(failed(&policy, &ward, BEGIN + n),
                         n < 3 ? VERDICT_START : VERDICT_GIVE_UP);
    }
    assert_int_equal(ward.failures, 255);
}

// ---- The budget, whatever happens

static uint32_t dice_state;

static uint32_t dice(uint32_t below)
{
    dice_state = dice_state * 1664525u + 1013904223u;
    return (dice_state >> 8) % below;
}

// Windows follow each other and do not overlap, so that any stretch as long as one
// has parts of two: less than twice as many.
static void no_window_has_twice_the_restarts(void **state)
{
    static uint64_t starts[20000];
    (void)state;

    for (dice_state = 1; dice_state < 30; dice_state++) {
        uint32_t seed = dice_state;
        const struct policy policy = { .within_ms = 1 + dice(50),
                                       .most = (uint8_t)(1 + dice(9)),
                                       .restart = (uint8_t)dice(2),
                                       .delay_ms = 1 + dice(3) };
        uint64_t window = policy_within_us(&policy);
        struct ward ward = { 0 };
        uint64_t now = UINT32_MAX - 100000u;
        unsigned count = 0, first = 0;

        while (count < 20000) {
            now += dice(4) > 0 ? dice(500) : dice((uint32_t)(3 * window));
            if (failed(&policy, &ward, (uint32_t)now) == VERDICT_START) {
                now += ward.due - (uint32_t)now;
                starts[count++] = now;
                while (starts[first] + window <= now)
                    first++;
                assert_true(count - first < 2u * policy.most ||
                            count - first <= 1);
            } else {
                ward = (struct ward){ .first = ward.first,
                                      .failures = ward.failures };
            }
        }
        dice_state = seed;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_delay_doubles_and_then_it_is_given_up),
        cmocka_unit_test(the_delay_has_a_limit),
        cmocka_unit_test(at_once_is_without_delay_each_time),
        cmocka_unit_test(nobody_is_started_twice_within_the_spacing),
        cmocka_unit_test(as_often_as_can_be_said_is_not_for_ever),
        cmocka_unit_test(never_is_after_the_first_failure),
        cmocka_unit_test(too_many_failures_can_reset_the_system),
        cmocka_unit_test(what_somebody_else_decides_has_the_same_limit),
        cmocka_unit_test(failures_are_forgotten_after_the_window),
        cmocka_unit_test(a_long_window_ends_when_it_does),
        cmocka_unit_test(a_failure_right_after_start_is_one),
        cmocka_unit_test(who_is_given_up_stays_so),
        cmocka_unit_test(the_next_look_is_when_something_is_due),
        cmocka_unit_test(a_row_without_end_is_counted_up_to_what_fits),
        cmocka_unit_test(no_window_has_twice_the_restarts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
