// test_inherit.c - who waits for a monitor lends its priority to who is in it.

#include "scene.h"

#define assert_priority(thread, wanted)                                        \
    assert_int_equal(threads[thread].priority, wanted)

// APP_LOW is inside the server. After 1 ms APP_MAIN wakes up, after 2 ms
// APP_EQUAL, after 3 ms APP_EXTRA; each runs then.
static void low_is_inside(void)
{
    scene_begin();
    user_start(APP_EXTRA, 0);
    assert_runs(APP_EXTRA);
    user_wait(0, 0, user_now() + 3000);
    user_start(APP_EQUAL, 0);
    user_wait(0, 0, user_now() + 1000);
    assert_runs(APP_EQUAL);
    user_wait(0, 0, user_now() + 2000);
    assert_runs(APP_LOW);
    user_call(TO_SERVER, 0);
    assert_priority(APP_LOW, 2);
}

static void until(unsigned thread)
{
    for (unsigned i = 0; user_running() != thread && i < 100; i++)
        user_pass(100);
    assert_runs(thread);
}

// Low owner, medium hog, high caller.
static void medium_does_not_keep_high_waiting_for_low(void **state)
{
    (void)state;
    low_is_inside();
    until(APP_MAIN);
    until(APP_EXTRA); // APP_MAIN is the hog: it goes on and on
    user_call(TO_SERVER, 0);
    assert_runs(APP_LOW);
    assert_priority(APP_LOW, 4);
    assert_int_equal(threads[APP_LOW].base, 2);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_READY);
    user_return(0, 0);
    assert_runs(APP_EXTRA);
    assert_priority(APP_LOW, 2);
    user_return(0, 0);
    user_exit(0);
    others_sleep(APP_LOW); // APP_MAIN and APP_EQUAL were before it
}

static void who_is_as_urgent_lends_nothing(void **state)
{
    (void)state;
    low_is_inside();
    until(APP_MAIN);
    user_priority(2);
    assert_runs(APP_LOW);
    user_yield();
    assert_runs(APP_MAIN);
    user_call(TO_SERVER, 0);
    assert_runs(APP_LOW);
    assert_priority(APP_LOW, 2);
    user_return(0, 0);
    assert_runs(APP_LOW);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_MAIN]);
}

// ---- A chain of two servers

// APP_LOW is in the server, APP_MAIN in the middle man and at the server's gate,
// APP_EXTRA at the gate of the middle man.
static void chain_of_two(void)
{
    low_is_inside();
    until(APP_MAIN);
    user_call(TO_MIDDLE, 0);
    user_call(TO_SERVER, 0);
    assert_runs(APP_LOW);
    assert_priority(APP_LOW, 3);
    user_pass(1000);
    user_yield();
    assert_runs(APP_EQUAL);
    user_call(TO_SERVER, 0);
    until(APP_EXTRA);
    assert_priority(APP_MAIN, 3);
    user_call(TO_MIDDLE, 0);
    assert_runs(APP_LOW);
}

static void priority_goes_along_the_chain(void **state)
{
    (void)state;
    chain_of_two();
    assert_priority(APP_LOW, 4);
    assert_priority(APP_MAIN, 4);
    assert_priority(APP_EQUAL, 3);
    user_return(0, 0);
    assert_priority(APP_LOW, 2);
    assert_runs(APP_MAIN);
    assert_priority(APP_MAIN, 4);
    user_return(0, 0); // out of the server; APP_EQUAL is let in
    assert_priority(APP_EQUAL, 3);
    assert_runs(APP_MAIN);
    assert_priority(APP_MAIN, 4);
    user_return(0, 0);
    assert_runs(APP_EXTRA);
    assert_priority(APP_MAIN, 3);
}

static void chain_is_lowered_when_the_first_server_ends(void **state)
{
    (void)state;
    chain_of_two();
    boss_stops(MIDDLE);
    // APP_MAIN stays where it is, and APP_EXTRA is told.
    assert_status(APP_EXTRA, CMRX_DEAD);
    assert_runs(APP_EXTRA);
    assert_inside(APP_MAIN, SERVER);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    assert_priority(APP_MAIN, 3);
    assert_priority(APP_LOW, 3);
    user_exit(0);
    assert_runs(APP_LOW);
    user_return(0, 0);
    assert_priority(APP_LOW, 2);
    // Moved, it has come last among its equals.
    assert_runs(APP_EQUAL);
}

static void all_is_as_before_when_the_last_server_ends(void **state)
{
    (void)state;
    chain_of_two();
    boss_restarts(SERVER);
    assert_priority(APP_LOW, 2);
    assert_status(APP_LOW, CMRX_DEAD);
    assert_inside(APP_MAIN, MIDDLE);
    assert_status(APP_MAIN, CMRX_DEAD);
    assert_priority(APP_MAIN, 4);
    assert_runs(APP_MAIN);
    user_return(0, 0);
    assert_runs(APP_EXTRA);
    assert_priority(APP_MAIN, 3);
}

static void fault_of_a_raised_thread_lowers_it(void **state)
{
    (void)state;
    chain_of_two();
    user_fault(); // APP_LOW, in the server
    assert_priority(APP_LOW, 2);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_DEAD);
}

// It cannot leave the gate, and is let in, and so may as well be soon.
static void thread_without_a_home_still_lends(void **state)
{
    (void)state;
    chain_of_two();
    boss_stops(APP);
    assert_runs(APP_LOW);
    assert_priority(APP_LOW, 4);
    user_return(0, 0);
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_DORMANT);
    assert_runs(APP_MAIN);
    assert_priority(APP_MAIN, 4);
}

// ---- Monitors that are left for a while

static void wait_inside_gives_back_what_was_lent(void **state)
{
    (void)state;
    low_is_inside();
    until(APP_MAIN);
    user_call(TO_SERVER, 0);
    assert_runs(APP_LOW);
    assert_priority(APP_LOW, 3);
    user_wait(EVENT(SERVER), 0, FOREVER);
    assert_runs(APP_MAIN);
    assert_priority(APP_LOW, 2);
    // Woken, it stands at the gate, and lends nothing that is not its own.
    user_wake(EVENT(SERVER), 1);
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_QUEUED);
    assert_priority(APP_LOW, 2);
    assert_priority(APP_MAIN, 3);
}

static void thread_that_is_woken_lends_at_the_gate(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_wait(EVENT(SERVER), 0, user_now() + 1000);
    assert_runs(APP_LOW);
    user_call(TO_SERVER, 0);
    user_pass(1100);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    assert_runs(APP_LOW);
    assert_priority(APP_LOW, 3);
    user_return(0, 0);
    assert_priority(APP_LOW, 2);
    assert_runs(APP_MAIN);
}

// A thread that is started belongs in the monitor of its home.
static void thread_that_is_started_lends_at_the_gate(void **state)
{
    (void)state;
    scene_plan();
    plan.threads[APP_LOW].monitor = plan.threads[APP_EXTRA].monitor = true;
    plan.threads[APP_LOW].priority = 4;
    scene_start();
    assert_runs(APP_LOW);
    user_priority(2);
    assert_runs(APP_MAIN);
    user_start(APP_EXTRA, 0);
    assert_runs(APP_LOW);
    assert_priority(APP_LOW, 4);
    user_exit(0);
    assert_priority(APP_LOW, 2);
    assert_runs(APP_EXTRA);
}

// ---- A priority of its own

static void own_priority_is_what_is_left(void **state)
{
    (void)state;
    scene_plan();
    plan.threads[SERVER_MAIN].monitor = true;
    plan.threads[SERVER_MAIN].priority = 2;
    scene_start();
    user_call(TO_SERVER, 0); // APP_MAIN
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    assert_runs(SERVER_MAIN);
    assert_priority(SERVER_MAIN, 3);
    user_priority(1);
    assert_runs(SERVER_MAIN);
    assert_int_equal(threads[SERVER_MAIN].base, 1);
    assert_priority(SERVER_MAIN, 3);
    user_wait(0, 0, user_now() + 1000);
    assert_runs(APP_MAIN);
    assert_priority(SERVER_MAIN, 1);
}

static void own_priority_above_what_is_lent(void **state)
{
    (void)state;
    scene_plan();
    plan.threads[SERVER_MAIN].monitor = true;
    plan.threads[SERVER_MAIN].priority = 4;
    scene_start();
    assert_runs(SERVER_MAIN);
    user_priority(1);
    assert_runs(APP_MAIN);
    user_call(TO_SERVER, 0);
    assert_runs(SERVER_MAIN);
    assert_priority(SERVER_MAIN, 3);
    user_priority(4);
    assert_priority(SERVER_MAIN, 4);
    user_priority(2);
    assert_priority(SERVER_MAIN, 3);
    assert_runs(SERVER_MAIN);
}

// ---- Threads that wait, and keep the monitors of their callers

// APP_LOW is in the middle man's monitor and waits in the server, APP_MAIN waits
// for the same word, since then; APP_EQUAL will want into the middle man.
static void low_waits_in_the_server(void)
{
    assert_runs(APP_MAIN);
    user_start(APP_EQUAL, 0);
    user_wait(0, 0, user_now() + 1000);
    assert_runs(APP_EQUAL);
    user_wait(0, 0, user_now() + 3000);
    assert_runs(APP_LOW);
    user_call(TO_MIDDLE, 0);
    user_call(TO_OPEN, 0);
    user_wait(EVENT(SERVER), 0, FOREVER);
    until(APP_MAIN);
    user_call(TO_OPEN, 0);
    user_wait(EVENT(SERVER), 0, FOREVER);
}

static void waiting_thread_is_raised_and_woken_first(void **state)
{
    (void)state;
    scene_begin();
    low_waits_in_the_server();
    until(APP_EQUAL);
    user_call(TO_MIDDLE, 0);
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_WAITING);
    assert_priority(APP_LOW, 3);
    others_sleep(SERVER_MAIN);
    user_wake(EVENT(SERVER), 1);
    assert_runs(APP_LOW);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_WAITING);
}

static void who_waits_for_longest_stays_before_all_its_new_equals(void **state)
{
    (void)state;
    scene_plan();
    plan.threads[APP_EXTRA].priority = 3;
    scene_start();
    user_start(APP_EXTRA, 0);
    user_yield();
    assert_runs(APP_EXTRA);
    user_wait(0, 0, user_now() + 2000);
    low_waits_in_the_server();
    until(APP_EXTRA);
    user_call(TO_OPEN, 0);
    user_wait(EVENT(SERVER), 0, FOREVER);
    until(APP_EQUAL);
    user_call(TO_MIDDLE, 0);
    assert_priority(APP_LOW, 3);
    others_sleep(SERVER_MAIN);
    user_wake(EVENT(SERVER), 1);
    assert_runs(APP_LOW);
    others_sleep(SERVER_MAIN);
    user_wake(EVENT(SERVER), 1);
    assert_runs(APP_MAIN);
}

// One wake in two steps. Between them APP_MAIN waits anew, and then APP_LOW is
// raised to its priority: it must not stand behind APP_MAIN.
static void waiting_thread_that_is_raised_misses_no_wake(void **state)
{
    (void)state;
    scene_begin();
    low_waits_in_the_server();
    others_sleep(SERVER_MAIN);
    user_wake(EVENT(SERVER), UINT32_MAX);
    assert_runs(APP_MAIN);
    user_pass(3000);
    assert_int_equal(threads[APP_EQUAL].state, CMRX_THREAD_READY);
    assert_runs(APP_MAIN);
    user_wait(EVENT(SERVER), 0, FOREVER);
    assert_runs(APP_EQUAL);
    user_call(TO_MIDDLE, 0);
    assert_priority(APP_LOW, 3);
    assert_runs(APP_LOW);
    assert_inside(APP_LOW, SERVER);
}

static void thread_that_waits_for_time_is_raised(void **state)
{
    (void)state;
    scene_begin();
    user_wait(0, 0, user_now() + 1000);
    assert_runs(APP_LOW);
    user_call(TO_MIDDLE, 0);
    user_call(TO_OPEN, 0);
    user_wait(0, 0, user_now() + 2000);
    until(APP_MAIN);
    user_call(TO_MIDDLE, 0);
    assert_priority(APP_LOW, 3);
    until(APP_LOW);
    user_return(0, 0);
    user_return(0, 0);
    assert_priority(APP_LOW, 2);
    assert_runs(APP_MAIN);
}

// ---- Who is next among equals

static void turn_goes_along(void **state)
{
    (void)state;
    scene_plan();
    plan.threads[APP_LOW].priority = 3;
    scene_start();
    assert_runs(APP_MAIN);
    user_start(APP_EXTRA, 0);
    user_wait(0, 0, user_now() + 1000);
    assert_runs(APP_MAIN);
    user_call(TO_SERVER, 0); // in its turn: APP_LOW is its equal
    until(APP_EXTRA);
    user_call(TO_SERVER, 0);
    assert_runs(APP_MAIN);
    assert_priority(APP_MAIN, 4);
    user_return(0, 0);
    assert_runs(APP_EXTRA);
    assert_priority(APP_MAIN, 3);
    user_return(0, 0);
    user_exit(0);
    assert_runs(APP_MAIN); // first among its equals, as before
    user_pass(4100);
    assert_runs(APP_LOW); // and its turn was not begun anew
}

static void raised_thread_comes_last_among_its_equals(void **state)
{
    (void)state;
    low_is_inside();
    until(APP_MAIN);
    user_pass(1000); // APP_EQUAL wakes up
    assert_int_equal(threads[APP_EQUAL].state, CMRX_THREAD_READY);
    assert_runs(APP_MAIN);
    user_call(TO_SERVER, 0);
    assert_priority(APP_LOW, 3);
    assert_runs(APP_EQUAL);
    user_yield();
    assert_runs(APP_LOW);
}

static void status_tells_the_priority_that_counts(void **state)
{
    (void)state;
    low_is_inside();
    until(APP_MAIN);
    user_call(TO_SERVER, 0);
    boss_wakes();
    user_trap(CMRX_SYS_THREAD_STATUS, APP_LOW, 0, 0, 0);
    assert_int_equal(user_reply(BOSS_MAIN).low >> 8 & 0xff, 3);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(medium_does_not_keep_high_waiting_for_low),
    cmocka_unit_test(who_is_as_urgent_lends_nothing),
    cmocka_unit_test(priority_goes_along_the_chain),
    cmocka_unit_test(chain_is_lowered_when_the_first_server_ends),
    cmocka_unit_test(all_is_as_before_when_the_last_server_ends),
    cmocka_unit_test(fault_of_a_raised_thread_lowers_it),
    cmocka_unit_test(thread_without_a_home_still_lends),
    cmocka_unit_test(wait_inside_gives_back_what_was_lent),
    cmocka_unit_test(thread_that_is_woken_lends_at_the_gate),
    cmocka_unit_test(thread_that_is_started_lends_at_the_gate),
    cmocka_unit_test(own_priority_is_what_is_left),
    cmocka_unit_test(own_priority_above_what_is_lent),
    cmocka_unit_test(waiting_thread_is_raised_and_woken_first),
    cmocka_unit_test(who_waits_for_longest_stays_before_all_its_new_equals),
    cmocka_unit_test(waiting_thread_that_is_raised_misses_no_wake),
    cmocka_unit_test(thread_that_waits_for_time_is_raised),
    cmocka_unit_test(turn_goes_along),
    cmocka_unit_test(raised_thread_comes_last_among_its_equals),
    cmocka_unit_test(status_tells_the_priority_that_counts),
};

GROUP_MAIN(tests)
