// test_monitor.c - one thread at a time in the services of a process.

#include "scene.h"

// A thread of APP is inside the server and waits there, out of the monitor or
// (by time alone) not: returns with who is next running.
static void enter_and_wait(unsigned thread, uint64_t deadline)
{
    assert_runs(thread);
    user_call(TO_SERVER, 0);
    user_wait(EVENT(SERVER), 0, deadline);
}

// APP_LOW is inside, preempted by APP_MAIN that comes back from a sleep.
static void low_is_inside_and_main_runs(void)
{
    scene_begin();
    user_wait(0, 0, user_now() + 1000);
    assert_runs(APP_LOW);
    user_call(TO_SERVER, 0);
    user_pass(1100);
    assert_runs(APP_MAIN);
}

static void second_has_to_wait_until_the_first_is_out(void **state)
{
    (void)state;
    low_is_inside_and_main_runs();
    user_call(TO_SERVER, 1);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    assert_inside(APP_MAIN, SERVER);
    assert_runs(APP_LOW);
    user_return(1, 0);
    assert_runs(APP_MAIN);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_MAIN]);
    assert_int_equal(user_frame(APP_MAIN)->pc, system_method(TO_SERVER, 1));
    user_return(2, 0);
    assert_null(processes[SERVER].owner);
}

static void reentrant_service_lets_everybody_in(void **state)
{
    (void)state;
    low_is_inside_and_main_runs();
    user_call(TO_OPEN, 0);
    assert_runs(APP_MAIN);
    assert_inside(APP_MAIN, SERVER);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_LOW]);
    user_return(0, 0);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_LOW]);
}

static void wait_lets_the_next_in(void **state)
{
    (void)state;
    scene_begin();
    enter_and_wait(APP_MAIN, FOREVER);
    assert_null(processes[SERVER].owner);
    assert_runs(APP_LOW);
    user_call(TO_SERVER, 0);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_LOW]);
    // Woken, it has to get in again before it goes on.
    user_wake(EVENT(SERVER), 1);
    assert_int_equal(user_reply(APP_LOW).low, 1);
    assert_runs(APP_LOW);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    user_return(0, 0);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_OK);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_MAIN]);
}

static void wait_hands_over_to_who_stands_at_the_gate(void **state)
{
    (void)state;
    low_is_inside_and_main_runs();
    user_call(TO_SERVER, 0);
    assert_runs(APP_LOW);
    user_wait(EVENT(SERVER), 0, FOREVER);
    assert_runs(APP_MAIN);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_MAIN]);
}

static void deadline_in_a_monitor_waits_for_the_monitor(void **state)
{
    (void)state;
    scene_begin();
    enter_and_wait(APP_MAIN, user_now() + 500);
    user_call(TO_SERVER, 0); // APP_LOW
    user_pass(600);
    assert_runs(APP_LOW);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    user_return(0, 0);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
}

static void wait_in_a_reentrant_service_keeps_the_monitor(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_call(TO_MIDDLE, 0);
    user_call(TO_OPEN, 0);
    user_wait(0, 0, user_now() + 100);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_MAIN]);
    user_pass(200);
    user_return(0, 0);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_MAIN]);
    user_return(0, 0);
    user_return(0, 0);
    assert_null(processes[SERVER].owner);
}

// ---- The order at the gate

// APP_LOW is inside; EXTRA (4), MAIN and EQUAL (3 each) stand at the gate, MAIN
// before EQUAL, and EXTRA came last.
static void three_at_the_gate(void)
{
    low_is_inside_and_main_runs();
    user_start(APP_EQUAL, 0);
    user_start(APP_EXTRA, 0);
    assert_runs(APP_EXTRA);
    user_wait(0, 0, user_now() + 100);
    assert_runs(APP_MAIN);
    user_call(TO_SERVER, 0);
    assert_runs(APP_EQUAL);
    user_call(TO_SERVER, 0);
    user_pass(100 + 8 * PORT_TICKS_MIN);
    assert_runs(APP_EXTRA);
    user_call(TO_SERVER, 0);
    assert_runs(APP_LOW);
}

static void most_urgent_goes_first_then_the_longest_waiting(void **state)
{
    (void)state;
    three_at_the_gate();
    user_return(0, 0);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_EXTRA]);
    user_return(0, 0);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_MAIN]);
    user_exit(0); // EXTRA, which is out again
    assert_runs(APP_MAIN);
    user_return(0, 0);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_EQUAL]);
}

static void all_at_the_gate_are_told_when_it_closes(void **state)
{
    (void)state;
    three_at_the_gate();
    user_fault();
    for (unsigned t = APP_MAIN; t <= APP_EXTRA; t++) {
        assert_inside(t, APP);
        assert_status(t, CMRX_DEAD);
        assert_int_equal(threads[t].state, CMRX_THREAD_READY);
    }
    assert_null(processes[SERVER].owner);
    assert_null(processes[SERVER].gate.first);
}

// ---- Threads that belong in the monitor of their home

static void own_thread_in_the_monitor_keeps_callers_out(void **state)
{
    (void)state;
    scene_plan();
    plan.threads[SERVER_MAIN].monitor = true;
    scene_start();
    assert_ptr_equal(processes[SERVER].owner, &threads[SERVER_MAIN]);
    user_call(TO_SERVER, 0);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    others_sleep(SERVER_MAIN);
    user_wait(EVENT(SERVER), 0, FOREVER);
    assert_runs(APP_MAIN);
    assert_inside(APP_MAIN, SERVER);
}

static void own_thread_leaves_the_monitor_when_it_ends(void **state)
{
    (void)state;
    scene_plan();
    plan.threads[SERVER_MAIN].monitor = true;
    scene_start();
    others_sleep(SERVER_MAIN);
    user_exit(0);
    assert_null(processes[SERVER].owner);
}

static void own_thread_keeps_the_monitor_while_it_calls(void **state)
{
    (void)state;
    scene_plan();
    plan.threads[SERVER_MAIN].monitor = true;
    scene_start();
    others_sleep(SERVER_MAIN);
    user_call(TO_MIDDLE, 0);
    assert_ptr_equal(processes[SERVER].owner, &threads[SERVER_MAIN]);
    user_call(TO_SERVER, 0);
    assert_status(SERVER_MAIN, CMRX_LOOP);
    user_return(0, 0);
    assert_ptr_equal(processes[SERVER].owner, &threads[SERVER_MAIN]);
}

static void started_thread_stands_at_the_gate_of_its_home(void **state)
{
    (void)state;
    scene_plan();
    plan.threads[APP_MAIN].monitor = true;
    plan.threads[APP_EXTRA].monitor = true;
    scene_start();
    user_start(APP_EXTRA, 0);
    assert_runs(APP_MAIN);
    assert_int_equal(threads[APP_EXTRA].state, CMRX_THREAD_QUEUED);
    assert_true(threads[APP_EXTRA].begun);
    user_exit(0);
    assert_runs(APP_EXTRA);
    assert_ptr_equal(processes[APP].owner, &threads[APP_EXTRA]);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(second_has_to_wait_until_the_first_is_out),
    cmocka_unit_test(reentrant_service_lets_everybody_in),
    cmocka_unit_test(wait_lets_the_next_in),
    cmocka_unit_test(wait_hands_over_to_who_stands_at_the_gate),
    cmocka_unit_test(deadline_in_a_monitor_waits_for_the_monitor),
    cmocka_unit_test(wait_in_a_reentrant_service_keeps_the_monitor),
    cmocka_unit_test(most_urgent_goes_first_then_the_longest_waiting),
    cmocka_unit_test(all_at_the_gate_are_told_when_it_closes),
    cmocka_unit_test(own_thread_in_the_monitor_keeps_callers_out),
    cmocka_unit_test(own_thread_leaves_the_monitor_when_it_ends),
    cmocka_unit_test(own_thread_keeps_the_monitor_while_it_calls),
    cmocka_unit_test(started_thread_stands_at_the_gate_of_its_home),
};

GROUP_MAIN(tests)
