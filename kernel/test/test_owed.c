// test_owed.c - what is owed to others: not before the alarm, one thing after the other.

#include "invariants.h"
#include "mender.h"

static void alarm_come(void)
{
    assert_true(fake.is_pended);
    REQUIRE(fake_alarm() == FAKE_RESUMED);
    invariants_check();
    kernel_check();
}

static void all_alarms_come(void)
{
    while (invariants_owed())
        alarm_come();
}

// APP_LOW has the monitor, and its way back is by C: APP_MAIN stands at the gate.
static void low_goes_out(void)
{
    mender_scene();
    low_goes_in();
    user_pass(200 + SLACK);
    user_call(TO_SERVER, 0);
    assert_runs(APP_LOW);
    fake.pends = true;
    user_return(0, 0);
    invariants_check();
}

static void monitor_is_passed_on_by_the_alarm(void **state)
{
    (void)state;
    low_goes_out();
    assert_inside(APP_LOW, APP);
    assert_true(invariants_owed());
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_LOW]);
    assert_int_equal(threads[APP_LOW].priority, 3);
    alarm_come();
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_MAIN]);
    assert_int_equal(threads[APP_LOW].priority, 2);
    assert_false(invariants_owed());
    all_alarms_come();
    assert_int_equal(threads[APP_LOW].priority, 2);
    assert_runs(APP_MAIN);
    assert_inside(APP_MAIN, SERVER);
}

// And again: nothing is left of the first.
static void monitor_is_passed_on_once(void **state)
{
    (void)state;
    low_goes_out();
    all_alarms_come();
    user_return(0, 0);
    assert_ptr_equal(processes[SERVER].owner, NULL);
    fake.pends = false;
    user_wait(0, 0, user_now() + 200);
    assert_runs(APP_LOW);
    user_call(TO_SERVER, 0);
    user_pass(200 + SLACK);
    user_call_until(TO_SERVER, 0, user_now() + 200);
    fake.pends = true;
    user_pass(200 + SLACK);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_LOW]);
    assert_int_equal(threads[APP_LOW].priority, 2);
}

// Past the middle man, who has ended.
static void deep(void)
{
    user_call(TO_MIDDLE, 0);
    user_call(TO_SERVER, 0);
    assert_inside(APP_MAIN, SERVER);
    boss_restarts(MIDDLE);
    fake.pends = true;
}

static bool door_is_new(void)
{
    return processes[APP].image->doors[TO_MIDDLE].to == &door_new;
}

static void who_is_told_is_not_told_again(void **state)
{
    (void)state;
    mender_scene();
    deep();
    user_return(0, 0);
    assert_inside(APP_MAIN, APP);
    assert_status(APP_MAIN, CMRX_DEAD);
    assert_false(door_is_new());
    assert_true(invariants_owed());
    alarm_come();
    assert_true(door_is_new());
    assert_false(invariants_owed()); // nor is there anything else
    user_call(TO_MIDDLE, 0);
    assert_inside(APP_MAIN, MIDDLE);
}

// Both are owed.
static void out_of_a_gate(void)
{
    mender_scene();
    low_goes_in();
    user_pass(200 + SLACK);
    user_call(TO_MIDDLE, 0);
    user_call_until(TO_SERVER, 0, user_now() + 500);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    boss_restarts(MIDDLE);
    fake.pends = true;
    while (threads[APP_MAIN].depth > 0) {
        fake_pass(fake_alarm_in());
        REQUIRE(fake_alarm() == FAKE_RESUMED);
        invariants_check();
    }
    assert_false(door_is_new());
}

static void who_is_told_comes_before_what_was_lent(void **state)
{
    (void)state;
    out_of_a_gate();
    alarm_come();
    assert_true(door_is_new());
    assert_true(invariants_owed());
    assert_int_equal(threads[APP_LOW].priority, 3);
    all_alarms_come();
    assert_int_equal(threads[APP_LOW].priority, 2);
    assert_status(APP_MAIN, CMRX_DEAD);
}

// A fault that is told late, of who runs then.
static void process_that_ends_leaves_but_priorities(void **state)
{
    (void)state;
    out_of_a_gate();
    running = &threads[APP_LOW];
    user_fault();
    invariants_check();
    assert_false(owed_by_process());
    assert_true(door_is_new());
    assert_inside(APP_LOW, APP);
    assert_int_equal(threads[APP_LOW].priority, 3);
    all_alarms_come();
    assert_int_equal(threads[APP_LOW].priority, 2);
}

// And in the process whose monitor is to be passed on.
static void monitor_is_passed_on_before_its_process_ends(void **state)
{
    (void)state;
    mender_scene();
    low_goes_in();
    user_pass(200 + SLACK);
    user_start(APP_EQUAL, 0);
    user_call(TO_SERVER, 0); // APP_MAIN
    assert_runs(APP_EQUAL);
    user_call(TO_OPEN, 0);
    user_yield();
    assert_runs(APP_LOW);
    assert_inside(APP_EQUAL, SERVER);
    fake.pends = true;
    user_return(0, 0);
    assert_true(invariants_owed());
    running = &threads[APP_EQUAL];
    user_fault();
    invariants_check();
    assert_false(owed_by_process());
    assert_inside(APP_MAIN, APP);
    assert_inside(APP_EQUAL, APP);
    all_alarms_come();
    assert_int_equal(threads[APP_LOW].priority, 2);
}

// All of it, of who returns past the middle man out of the monitor.
static void all_is_settled_before_the_process_ends(void **state)
{
    (void)state;
    mender_scene();
    user_start(APP_EXTRA, 0);
    user_wait(0, 0, user_now() + 200);
    user_call(TO_MIDDLE, 0);
    user_call(TO_SERVER, 0);
    user_pass(200 + SLACK);
    assert_runs(APP_EXTRA);
    user_call(TO_SERVER, 0);
    assert_runs(APP_MAIN);
    boss_restarts(MIDDLE);
    fake.pends = true;
    user_return(0, 0);
    assert_false(door_is_new());
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_MAIN]);
    running = &threads[APP_EXTRA];
    user_fault();
    invariants_check();
    assert_false(owed_by_process());
    assert_true(door_is_new());
    all_alarms_come();
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(monitor_is_passed_on_by_the_alarm),
    cmocka_unit_test(monitor_is_passed_on_once),
    cmocka_unit_test(who_is_told_is_not_told_again),
    cmocka_unit_test(who_is_told_comes_before_what_was_lent),
    cmocka_unit_test(process_that_ends_leaves_but_priorities),
    cmocka_unit_test(monitor_is_passed_on_before_its_process_ends),
    cmocka_unit_test(all_is_settled_before_the_process_ends),
};

GROUP_MAIN(tests)
