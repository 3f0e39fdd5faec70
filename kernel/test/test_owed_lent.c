// test_owed_lent.c - what is lent by a mutex while something else is owed.

#include "mender.h"
#include "owed.h"

#define MUTEX         system_word(SERVER, 50)
#define TAKEN(thread) (system_stack(thread) + 200)

static void wait_for_the_mutex(void)
{
    user_trap(CMRX_SYS_WAIT | CMRX_WAIT_OWNER, MUTEX, *system_at(MUTEX),
              UINT32_MAX, UINT32_MAX);
}

// APP_LOW has the mutex and the monitor. APP_MAIN waits for the mutex.
static void low_has_both(void)
{
    mender_scene();
    user_wait(0, 0, user_now() + 200);
    user_call(TO_SERVER, 0);
    *system_at(MUTEX) = TAKEN(APP_LOW);
    user_wait(EVENT(SERVER), 0, user_now() + 400);
    user_pass(200 + SLACK);
    assert_runs(APP_MAIN);
    user_call(TO_SERVER, 0);
    wait_for_the_mutex();
    user_pass(400 + SLACK);
    assert_runs(APP_LOW);
    assert_int_equal(threads[APP_LOW].priority, 3);
    fake.pends = true;
}

// He lends again at once: at the gate.
static void who_is_woken_lends_until_he_comes_to_the_gate(void **state)
{
    (void)state;
    low_has_both();
    *system_at(MUTEX) = 0;
    user_wake(MUTEX, 1);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    assert_int_equal(threads[APP_LOW].priority, 3);
    assert_true(threads[APP_LOW].stale);
    all_alarms_come();
    assert_ptr_equal(processes[SERVER].gate.first, &threads[APP_MAIN]);
    assert_int_equal(threads[APP_LOW].priority, 3);
    user_return(0, 0);
    all_alarms_come();
    assert_int_equal(threads[APP_LOW].priority, 2);
}

// And is in there, out of the monitor, when APP_MAIN is back.
static void low_takes_the_mutex(void)
{
    assert_runs(APP_LOW);
    user_call(TO_OPEN, 0);
    *system_at(MUTEX) = TAKEN(APP_LOW);
    user_pass(200 + SLACK);
    assert_runs(APP_MAIN);
}

// APP_LOW has the mutex. APP_MAIN has the monitor, APP_EQUAL wants it.
static void low_has_the_mutex(void)
{
    mender_scene();
    user_wait(0, 0, user_now() + 200);
    low_takes_the_mutex();
    user_start(APP_EQUAL, 0);
    user_call(TO_SERVER, 0);
    user_call(TO_OPEN, 0);
    user_yield();
    assert_runs(APP_EQUAL);
}

static void who_lends_and_owes_the_monitor_is_looked_at_later(void **state)
{
    (void)state;
    low_has_the_mutex();
    user_call(TO_SERVER, 0);
    assert_runs(APP_MAIN);
    user_return(0, 0);
    fake.pends = true;
    wait_for_the_mutex();
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_WAITING);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_MAIN]);
    assert_int_equal(threads[APP_LOW].priority, 2);
    assert_true(threads[APP_LOW].stale);
    alarm_come();
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_EQUAL]);
    assert_int_equal(threads[APP_LOW].priority, 2);
    all_alarms_come();
    assert_int_equal(threads[APP_LOW].priority, 3);
}

// APP_MAIN was the first to wait for it.
static void who_is_first_then_and_owes_the_monitor_lends_later(void **state)
{
    (void)state;
    mender_scene();
    user_start(APP_EXTRA, 0);
    user_wait(0, 0, user_now() + 400);
    user_wait(0, 0, user_now() + 200);
    low_takes_the_mutex();
    user_start(APP_EQUAL, 0);
    user_call(TO_OPEN, 0);
    wait_for_the_mutex();
    user_pass(200 + SLACK);
    assert_runs(APP_EXTRA);
    user_call(TO_SERVER, 0);
    user_call(TO_OPEN, 0);
    user_wait(0, 0, user_now() + 200);
    assert_runs(APP_EQUAL);
    user_call(TO_SERVER, 0);
    user_pass(400 + SLACK);
    assert_runs(APP_EXTRA);
    user_return(0, 0);
    fake.pends = true;
    assert_int_equal(threads[APP_LOW].priority, 3);
    wait_for_the_mutex();
    assert_true(owed_by_process());
    assert_int_equal(threads[APP_EXTRA].state, CMRX_THREAD_WAITING);
    assert_int_equal(threads[APP_LOW].priority, 3);
    all_alarms_come();
    assert_int_equal(threads[APP_LOW].priority, 4);
}

// ---- Nothing else is owed

// APP_MAIN waits for the mutex of APP_LOW, and nobody is in the monitor.
static void main_waits(void)
{
    mender_scene();
    user_start(APP_EQUAL, 0);
    user_wait(0, 0, user_now() + 200);
    user_wait(0, 0, user_now() + 800); // APP_EQUAL
    low_takes_the_mutex();
    user_call(TO_OPEN, 0);
    wait_for_the_mutex();
    assert_runs(APP_LOW);
    assert_int_equal(threads[APP_LOW].priority, 3);
}

static void low_gives_it_back(void)
{
    assert_runs(APP_LOW);
    fake.pends = true;
    *system_at(MUTEX) = 0;
    user_wake(MUTEX, 1);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_READY);
}

static void last_that_is_woken_lends_no_more_at_once(void **state)
{
    (void)state;
    main_waits();
    low_gives_it_back();
    assert_int_equal(threads[APP_LOW].priority, 2);
    assert_false(threads[APP_LOW].stale);
    assert_runs(APP_MAIN);
}

static void what_the_others_lent_is_taken_back_by_the_alarm(void **state)
{
    (void)state;
    main_waits();
    user_pass(800 + SLACK);
    user_yield();
    assert_runs(APP_EQUAL);
    user_call(TO_OPEN, 0);
    wait_for_the_mutex();
    low_gives_it_back();
    assert_int_equal(threads[APP_LOW].priority, 3);
    assert_true(threads[APP_LOW].stale);
    all_alarms_come();
    assert_int_equal(threads[APP_LOW].priority, 2);
    assert_int_equal(threads[APP_EQUAL].owner, threads[APP_MAIN].number);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(who_is_woken_lends_until_he_comes_to_the_gate),
    cmocka_unit_test(who_lends_and_owes_the_monitor_is_looked_at_later),
    cmocka_unit_test(who_is_first_then_and_owes_the_monitor_lends_later),
    cmocka_unit_test(last_that_is_woken_lends_no_more_at_once),
    cmocka_unit_test(what_the_others_lent_is_taken_back_by_the_alarm),
};

GROUP_MAIN(tests)
