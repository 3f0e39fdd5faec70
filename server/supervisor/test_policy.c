// test_policy.c - whether a process that has failed is started again, and when.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy.h"

static void the_delay_doubles_and_then_it_is_given_up(void **state)
{
    static const uint32_t delays[] = {
        0, 10000, 20000, 40000, 80000, 160000, 320000,
    };
    struct policy policy = { 0, 0, 0, false, false };
    uint64_t now = 5000000;
    (void)state;

    for (unsigned n = 0; n < sizeof(delays) / sizeof(delays[0]); n++) {
        policy_failed(&policy, now);
        assert_true(policy.pending);
        assert_false(policy.given_up);
        assert_int_equal(policy.due - now, delays[n]);
        now = policy.due + 1000;
    }
    policy_failed(&policy, now);
    assert_true(policy.given_up);
    assert_false(policy.pending);
    assert_int_equal(policy_failures(&policy, now), POLICY_FAILURES);
}

static void failures_are_forgotten_after_the_window(void **state)
{
    struct policy policy = { 0, 0, 0, false, false };
    (void)state;

    for (unsigned n = 0; n < 100; n++) {
        uint64_t now = (uint64_t)n * (POLICY_WINDOW_US + 1);

        policy_failed(&policy, now);
        assert_true(policy.pending);
        assert_true(policy.due == now);
    }
    assert_int_equal(policy_failures(&policy, policy.first + POLICY_WINDOW_US),
                     1);
    assert_int_equal(
        policy_failures(&policy, policy.first + POLICY_WINDOW_US + 1), 0);
}

static void a_failure_right_after_start_is_one(void **state)
{
    struct policy policy = { 0, 0, 0, false, false };
    (void)state;

    assert_int_equal(policy_failures(&policy, 0), 0);
    policy_failed(&policy, 0);
    policy_failed(&policy, 0);
    assert_int_equal(policy.failures, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_delay_doubles_and_then_it_is_given_up),
        cmocka_unit_test(failures_are_forgotten_after_the_window),
        cmocka_unit_test(a_failure_right_after_start_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
