// test_wrong.c - tests that have to fail, and with which words: see
// test/host/CMakeLists.txt.

#include "sample.h"

#include <cmrx/test.h>

CMRX_USE(struct sample, sample);
CMRX_USE(struct helper, helper);

static int32_t ask(void)
{
    int32_t value = 0;

    cmrx_call(&value, sample, ask, 1, 2);
    return value;
}

CMRX_TEST(nobody_answers)
{
    ask();
}

CMRX_TEST(nobody_asks)
{
    cmrx_fake_answer(helper, add, 3);
    cmrx_fake_answer(helper, add, 4);
    ask();
}

CMRX_TEST(everyone_waits)
{
    cmrx_test_start();
    cmrx_sleep_until(CMRX_FOREVER);
}

CMRX_TEST(a_check_is_not_so)
{
    cmrx_fake_answer(helper, add, 3);
    cmrx_check_equal(ask(), 4);
}

CMRX_TEST(a_method_is_missing)
{
    cmrx_call(NULL, sample, missing);
}

CMRX_TEST(a_stray_call)
{
    int32_t value = 0;

    cmrx_call(&value, helper, add, 1, 2);
}

CMRX_TEST(the_control_is_not_answered)
{
    cmrx_process_stop(0);
}

CMRX_TEST(no_such_event)
{
    cmrx_test_post(nothing, 1);
}

CMRX_TEST(no_such_post)
{
    cmrx_check_equal(cmrx_test_posted("newts"), 0);
}

CMRX_TEST(a_stray_store)
{
    static uint32_t words[2];
    volatile uint32_t n = 2;

    words[n] = 1;
    cmrx_check_equal(words[0], 0);
}
