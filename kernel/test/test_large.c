// test_large.c - a method that leaves more on the stack than one stretch clears: no
// short way leads in, or back.

#include "invariants.h"
#include "mender.h"

#define LARGE 800u
#define SMALL 700u

static void need(uint32_t bytes)
{
    mender_plan();
    plan.threads[APP_MAIN].stack = 1984;
    plan.services[TO_SERVER].need = bytes;
    scene_start();
}

static const struct service *door(void)
{
    return processes[APP].image->doors[TO_SERVER].to;
}

static uintptr_t marks(void)
{
    return threads[APP_MAIN].image->calls[0].sp & MARKS;
}

static void look(void)
{
    invariants_check();
    kernel_check();
}

// Where a port's short way looks: the door has no methods, the call a mark.
static void no_short_way_leads_there_or_back(void **state)
{
    (void)state;
    need(LARGE);
    for (unsigned n = 0; n < 2; n++) {
        user_call(TO_SERVER, 0);
        assert_inside(APP_MAIN, SERVER);
        assert_int_equal(door()->method_count, 0);
        assert_int_equal(marks(), HURRIED);
        look();
        user_return(7, 8);
        assert_status(APP_MAIN, CMRX_OK);
        assert_int_equal(user_reply(APP_MAIN).low, 7);
    }
}

static void others_go_by_it(void **state)
{
    (void)state;
    need(SMALL);
    user_call(TO_SERVER, 0);
    assert_ptr_equal(door(), processes[APP].image->imports[TO_SERVER]);
    assert_int_equal(marks(), 0);
}

// HURRIED is another thing of a call that has a deadline.
static void deadline_does_not_pass_at_once(void **state)
{
    (void)state;
    need(LARGE);
    user_call_until(TO_SERVER, 0, 1000);
    assert_int_equal(marks(), HAS_DEADLINE);
    look();
    user_wait(0, 0, 100);
    user_pass(100 + SLACK);
    assert_status(APP_MAIN, CMRX_TIMEOUT); // of the wait
    assert_inside(APP_MAIN, SERVER);
    assert_false(threads[APP_MAIN].hurried);
    user_return(0, 0);
    assert_status(APP_MAIN, CMRX_OK);
}

static void caller_is_told_of_an_end_once(void **state)
{
    (void)state;
    need(LARGE);
    user_call(TO_SERVER, 0);
    user_return(0, 0);
    boss_restarts(SERVER);
    user_call(TO_SERVER, 0);
    assert_status(APP_MAIN, CMRX_STALE);
    look();
    boss_stops(SERVER);
    user_call(TO_SERVER, 0);
    assert_status(APP_MAIN, CMRX_CLOSED);
    assert_inside(APP_MAIN, APP);
}

// Its priority is lent, and it is let in, as by any door.
static void taken_monitor_is_waited_for(void **state)
{
    (void)state;
    need(LARGE);
    low_goes_in();
    user_pass(200 + SLACK);
    user_call(TO_SERVER, 0);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    look();
    assert_runs(APP_LOW);
    user_return(0, 0);
    assert_runs(APP_MAIN);
    assert_inside(APP_MAIN, SERVER);
    user_return(0, 0);
    assert_status(APP_MAIN, CMRX_OK);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(no_short_way_leads_there_or_back),
    cmocka_unit_test(others_go_by_it),
    cmocka_unit_test(deadline_does_not_pass_at_once),
    cmocka_unit_test(caller_is_told_of_an_end_once),
    cmocka_unit_test(taken_monitor_is_waited_for),
};

GROUP_MAIN(tests)
