// test_unwind.c - a call always returns, whoever dies.

#include "scene.h"

// The application's thread is in the server, through the middle man.
static void two_calls_deep(void)
{
    scene_begin();
    user_call(TO_MIDDLE, 0);
    user_call(TO_SERVER, 0);
    assert_inside(APP_MAIN, SERVER);
}

static void callee_dies_and_the_caller_is_told(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_fault();
    assert_runs(APP_MAIN);
    assert_inside(APP_MAIN, APP);
    assert_status(APP_MAIN, CMRX_DEAD);
    assert_int_equal(processes[SERVER].generation, 2);
    assert_int_equal(processes[APP].generation, 1);
}

static void who_was_told_dead_is_not_told_stale(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_fault();
    user_call(TO_SERVER, 0);
    assert_inside(APP_MAIN, SERVER);
    // By another import of the same caller nobody knows, as it never called.
    user_return(0, 0);
    user_call(TO_OPEN, 0);
    assert_inside(APP_MAIN, SERVER);
}

static void callee_that_is_stopped_is_dead_too(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    boss_stops(SERVER);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_DEAD);
    user_call(TO_SERVER, 0);
    assert_status(APP_MAIN, CMRX_CLOSED);
}

static void waiting_callee_is_dead_too(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_wait(EVENT(SERVER), 0, 50000);
    boss_restarts(SERVER);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_DEAD);
    user_pass(100000); // its deadline is gone too
    assert_status(APP_MAIN, CMRX_DEAD);
}

static void innermost_dies_and_the_middle_is_told(void **state)
{
    (void)state;
    two_calls_deep();
    user_fault();
    assert_inside(APP_MAIN, MIDDLE);
    assert_status(APP_MAIN, CMRX_DEAD);
    user_return(4, 0);
    assert_inside(APP_MAIN, APP);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(user_reply(APP_MAIN).low, 4);
}

static void middle_dies_and_the_server_finishes_first(void **state)
{
    (void)state;
    two_calls_deep();
    boss_restarts(MIDDLE);
    assert_runs(APP_MAIN);
    assert_inside(APP_MAIN, SERVER);
    user_return(9, 9);
    assert_inside(APP_MAIN, APP);
    assert_status(APP_MAIN, CMRX_DEAD);
    assert_int_equal(user_reply(APP_MAIN).low, 0);
}

// The one that it was in, and each that it begins.
static void assert_waits_in_server_are_cancelled(void)
{
    others_sleep(APP_MAIN);
    assert_inside(APP_MAIN, SERVER);
    assert_status(APP_MAIN, CMRX_CANCELLED);
    user_wait(EVENT(SERVER), 0, FOREVER);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_CANCELLED);
}

static void wait_further_down_ends_with_the_one_between(void **state)
{
    (void)state;
    two_calls_deep();
    user_wait(EVENT(SERVER), 0, FOREVER);
    boss_restarts(MIDDLE);
    assert_waits_in_server_are_cancelled();
    user_return(0, 0);
    assert_inside(APP_MAIN, APP);
    assert_status(APP_MAIN, CMRX_DEAD);
    user_wait(0, 0, user_now() + 100); // its own life goes on
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_WAITING);
}

// Home ends, too: it is told of that when it has come back to who is alive.
static void who_has_lost_home_and_the_one_between_waits_no_more(void **state)
{
    (void)state;
    two_calls_deep();
    boss_stops(APP);
    user_fault();
    assert_inside(APP_MAIN, MIDDLE);
    user_wait(EVENT(MIDDLE), 0, FOREVER);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_CANCELLED);
}

static void both_die_and_the_application_is_told(void **state)
{
    (void)state;
    two_calls_deep();
    boss_stops(MIDDLE);
    boss_stops(SERVER);
    assert_runs(APP_MAIN);
    assert_inside(APP_MAIN, APP);
    assert_status(APP_MAIN, CMRX_DEAD);
    assert_null(processes[SERVER].owner);
    assert_null(processes[MIDDLE].owner);
}

static void monitors_on_the_way_back_are_left(void **state)
{
    (void)state;
    two_calls_deep();
    assert_ptr_equal(processes[MIDDLE].owner, &threads[APP_MAIN]);
    boss_stops(APP); // nobody to come back to
    user_fault();    // and the server dies
    assert_inside(APP_MAIN, MIDDLE);
    user_return(0, 0);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_DORMANT);
    assert_null(processes[MIDDLE].owner);
}

// ---- The home of a visiting thread ends

static void visiting_thread_finishes_and_then_ends(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    boss_stops(APP);
    assert_runs(APP_MAIN);
    assert_inside(APP_MAIN, SERVER);
    user_return(0, 0);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_DORMANT);
    assert_int_not_equal(user_running(), APP_MAIN);
}

static void visiting_thread_begins_anew_when_it_comes_home(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    *system_at(system_stack(APP_MAIN) + 8) = 0x5ec7e7;
    boss_restarts(APP);
    assert_inside(APP_MAIN, SERVER);
    assert_int_equal(*system_at(system_stack(APP_MAIN) + 8), 0x5ec7e7);
    user_return(0, 0);
    assert_runs(APP_MAIN);
    assert_inside(APP_MAIN, APP);
    assert_int_equal(user_frame(APP_MAIN)->pc, system_entry(APP_MAIN));
    assert_int_equal(running->context.sp,
                     system_stack(APP_MAIN) + 1024 - PORT_FRAME_BYTES);
    assert_int_equal(*system_at(system_stack(APP_MAIN) + 8), 0);
    assert_int_equal(running->generation, 2);
    assert_int_equal(running->cancelled, 0);
}

static void visiting_thread_that_is_dormant_by_nature_ends(void **state)
{
    (void)state;
    scene_begin();
    user_start(APP_EXTRA, 0);
    assert_runs(APP_EXTRA);
    user_call(TO_SERVER, 0);
    boss_restarts(APP);
    assert_runs(APP_EXTRA);
    user_return(0, 0);
    assert_int_equal(threads[APP_EXTRA].state, CMRX_THREAD_DORMANT);
}

static void visitor_does_not_begin_in_a_home_that_stopped_again(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    boss_restarts(APP);
    boss_stops(APP);
    user_return(0, 0);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_DORMANT);
}

// It has come back to its own home as a guest, which then ends twice.
static void guest_in_its_own_home_does_not_begin_in_a_stopped_one(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    boss_restarts(APP);
    user_call(TO_APP, 0);
    assert_runs(APP_MAIN);
    assert_inside(APP_MAIN, APP);
    boss_stops(APP);
    assert_runs(APP_MAIN);
    assert_inside(APP_MAIN, SERVER);
    assert_status(APP_MAIN, CMRX_DEAD);
    user_wait(EVENT(SERVER), 0, FOREVER);
    assert_status(APP_MAIN, CMRX_CANCELLED);
    user_return(0, 0);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_DORMANT);
}

static void wait_of_a_visitor_is_cancelled(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_wait(EVENT(SERVER), 0, FOREVER);
    boss_restarts(APP);
    assert_waits_in_server_are_cancelled();
}

static void visitor_is_told_that_its_caller_has_ended(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_MIDDLE, 0);
    user_call(TO_SERVER, 0);
    boss_stops(APP);
    user_trap(CMRX_SYS_CALLER, 0, 0, 0, 0);
    assert_int_equal(user_reply(APP_MAIN).high, 0);
    boss_restarts(MIDDLE);
    user_trap(CMRX_SYS_CALLER, 0, 0, 0, 0);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(user_reply(APP_MAIN).low, MIDDLE);
    assert_int_equal(user_reply(APP_MAIN).high, 1);
}

static void visitors_lent_memory_stays_lent(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    boss_stops(APP);
    assert_true(fake_may(system_word(APP, SYSTEM_SHARED), 4, true));
    user_trap(CMRX_SYS_CALLER_MAY, system_word(APP, SYSTEM_SHARED), 4, 1, 0);
    assert_status(APP_MAIN, CMRX_OK);
}

static void dead_server_does_not_harm_other_threads_of_the_caller(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_wait(0, 0, FOREVER);
    assert_runs(APP_LOW);
    user_call(TO_OPEN, 0);
    boss_restarts(SERVER);
    assert_status(APP_MAIN, CMRX_DEAD);
    assert_status(APP_LOW, CMRX_DEAD);
    assert_inside(APP_MAIN, APP);
    assert_inside(APP_LOW, APP);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(callee_dies_and_the_caller_is_told),
    cmocka_unit_test(who_was_told_dead_is_not_told_stale),
    cmocka_unit_test(callee_that_is_stopped_is_dead_too),
    cmocka_unit_test(waiting_callee_is_dead_too),
    cmocka_unit_test(innermost_dies_and_the_middle_is_told),
    cmocka_unit_test(middle_dies_and_the_server_finishes_first),
    cmocka_unit_test(wait_further_down_ends_with_the_one_between),
    cmocka_unit_test(who_has_lost_home_and_the_one_between_waits_no_more),
    cmocka_unit_test(both_die_and_the_application_is_told),
    cmocka_unit_test(monitors_on_the_way_back_are_left),
    cmocka_unit_test(visiting_thread_finishes_and_then_ends),
    cmocka_unit_test(visiting_thread_begins_anew_when_it_comes_home),
    cmocka_unit_test(visiting_thread_that_is_dormant_by_nature_ends),
    cmocka_unit_test(visitor_does_not_begin_in_a_home_that_stopped_again),
    cmocka_unit_test(guest_in_its_own_home_does_not_begin_in_a_stopped_one),
    cmocka_unit_test(wait_of_a_visitor_is_cancelled),
    cmocka_unit_test(visitor_is_told_that_its_caller_has_ended),
    cmocka_unit_test(visitors_lent_memory_stays_lent),
    cmocka_unit_test(dead_server_does_not_harm_other_threads_of_the_caller),
};

GROUP_MAIN(tests)
