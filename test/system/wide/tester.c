// tester.c - whatever way leads here, all nine windows are there again.
//
// A way that left out the regions from 8 on would leave those of the peer, or none: an
// access fault, or its contents.

#include "report.h"
#include "wide.h"

CMRX_DEVICE(uint32_t, page0);
CMRX_DEVICE(uint32_t, page1);
CMRX_DEVICE(uint32_t, page2);
CMRX_DEVICE(uint32_t, page3);
CMRX_DEVICE(uint32_t, page4);
CMRX_DEVICE(uint32_t, page5);
CMRX_DEVICE(uint32_t, page6);
CMRX_DEVICE(uint32_t, page7);
CMRX_USE(struct peer, peer);
CMRX_USE(struct few, few);
CMRX_EVENT(answered);
CMRX_POSTS(rung);

static volatile uint32_t *const windows[] = { &page0, &page1, &page2, &page3,
                                              &page4, &page5, &page6, &page7 };
static uint32_t turn;

static bool touch_all(void)
{
    return has_gone_on(windows, 8, &turn);
}

static bool nothing_was_wrong(void)
{
    return (answered & 2) == 0;
}

static bool a_call_and_its_return(void)
{
    uint32_t good = 0;

    for (uint32_t n = 0; n < TURNS; n++)
        if (!touch_all() || cmrx_call(&good, peer, touch) != CMRX_OK || !good ||
            !touch_all())
            return false;
    return true;
}

static bool a_thread_of_another_process_and_back(void)
{
    for (uint32_t n = 0; n < TURNS; n++) {
        if (!touch_all())
            return false;
        cmrx_thread_yield();
    }
    return touch_all() && nothing_was_wrong();
}

static bool one_who_is_woken_and_waits_again(void)
{
    for (uint32_t n = 0; n < TURNS; n++)
        if (!touch_all() || cmrx_post(rung, 1) != CMRX_OK || !touch_all() ||
            cmrx_event_take(&answered, 3, CMRX_FOREVER) != 1)
            return false;
    return nothing_was_wrong();
}

static bool a_method_that_lets_others_run(void)
{
    uint32_t good = 0;

    for (uint32_t n = 0; n < TURNS; n++)
        if (!touch_all() || cmrx_call(&good, peer, stay) != CMRX_OK || !good ||
            !touch_all())
            return false;
    return nothing_was_wrong();
}

static bool an_alarm(void)
{
    for (uint32_t n = 0; n < TURNS; n++)
        if (!touch_all() ||
            cmrx_sleep_until(cmrx_time_now() + 150) != CMRX_OK || !touch_all())
            return false;
    return nothing_was_wrong();
}

// With a deadline it comes and goes by C; meanwhile others are loaded by assembly.
static bool a_call_with_a_deadline(void)
{
    for (uint32_t n = 0; n < TURNS; n++)
        if (!touch_all() ||
            cmrx_call_until(cmrx_time_now() + 1000000, NULL, few, rest) !=
                CMRX_OK ||
            !touch_all())
            return false;
    return nothing_was_wrong();
}

static const struct test_case cases[] = {
    { "a_call_and_its_return", a_call_and_its_return },
    { "a_thread_of_another_process_and_back",
      a_thread_of_another_process_and_back },
    { "one_who_is_woken_and_waits_again", one_who_is_woken_and_waits_again },
    { "a_method_that_lets_others_run", a_method_that_lets_others_run },
    { "an_alarm", an_alarm },
    { "a_call_with_a_deadline", a_call_with_a_deadline },
};

CMRX_THREAD(main, .stack = 1024, .bound = 1024, .priority = 4)
{
    test_run(cases, sizeof cases / sizeof cases[0]);
}
