// test_owed.c - what is owed to others: not before the alarm, one thing after the other.

#include "mender.h"
#include "owed.h"

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

// ---- Who waits in a monitor that others want, and who comes back to one

// APP_LOW has the monitor, and APP_MAIN wants it.
static void low_is_in_and_main_at_the_gate(void)
{
    mender_scene();
    low_goes_in();
    user_pass(200 + SLACK);
    user_call(TO_SERVER, 0);
    assert_runs(APP_LOW);
    fake.pends = true;
}

static void who_waits_passes_the_monitor_on_by_the_alarm(void **state)
{
    (void)state;
    low_is_in_and_main_at_the_gate();
    user_wait(EVENT(SERVER), 0, FOREVER);
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_WAITING);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_LOW]);
    assert_int_equal(threads[APP_LOW].priority, 3);
    alarm_come();
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_MAIN]);
    assert_false(owed_by_process());
    all_alarms_come();
    assert_int_equal(threads[APP_LOW].priority, 2);
    assert_runs(APP_MAIN);
}

// Woken by a line before it is passed on.
static void who_waits_does_not_keep_a_monitor_that_is_owed(void **state)
{
    (void)state;
    low_is_in_and_main_at_the_gate();
    user_wait(EVENT(SERVER), 0, FOREVER);
    REQUIRE(fake_irq(SERVER_LINE) == FAKE_RESUMED);
    invariants_check();
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_QUEUED);
    alarm_come();
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_MAIN]);
    assert_null(processes[SERVER].gate.first);
    alarm_come();
    assert_ptr_equal(processes[SERVER].gate.first, &threads[APP_LOW]);
    all_alarms_come();
    user_return(0, 0);
    all_alarms_come();
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_LOW]);
}

// APP_LOW is in the monitor; APP_MAIN and APP_EQUAL wait in there, out of it.
static void two_wait_in_there(void)
{
    mender_scene();
    user_start(APP_EQUAL, 0);
    user_call(TO_SERVER, 0);
    user_wait(EVENT(SERVER), 0, FOREVER);
    assert_runs(APP_EQUAL);
    user_call(TO_SERVER, 0);
    user_wait(EVENT(SERVER), 0, FOREVER);
    assert_runs(APP_LOW);
    user_call(TO_SERVER, 0);
    fake.pends = true;
}

static void who_is_woken_comes_to_the_gate_by_the_alarm(void **state)
{
    const struct thread *t = &threads[APP_MAIN];

    (void)state;
    two_wait_in_there();
    user_wake(EVENT(SERVER), 1);
    assert_int_equal(t->state, CMRX_THREAD_QUEUED);
    assert_true(t->begun);
    assert_null(processes[SERVER].gate.first);
    assert_int_equal(threads[APP_LOW].priority, 2);
    alarm_come();
    assert_ptr_equal(processes[SERVER].gate.first, t);
    assert_true(t->begun);
    assert_int_equal(t->also, 0);
    assert_int_equal(threads[APP_LOW].priority, 3);
    assert_false(invariants_owed());
}

static void look_at_the_middle_man_is_owed(void)
{
    owe_look(&threads[MIDDLE_MAIN], threads[MIDDLE_MAIN].priority);
    assert_true(threads[MIDDLE_MAIN].stale);
}

// Together with others: one that would change something.
static void who_comes_while_looks_are_owed_owes_one(void **state)
{
    (void)state;
    two_wait_in_there();
    user_wake(EVENT(SERVER), 1);
    look_at_the_middle_man_is_owed();
    alarm_come();
    assert_int_equal(threads[APP_LOW].priority, 2);
    assert_true(threads[APP_LOW].stale);
    all_alarms_come();
    assert_int_equal(threads[APP_LOW].priority, 3);
    user_wake(EVENT(SERVER), 1);
    look_at_the_middle_man_is_owed();
    alarm_come();
    assert_int_equal(threads[APP_EQUAL].state, CMRX_THREAD_QUEUED);
    assert_false(threads[APP_LOW].stale);
}

static void who_comes_last_is_at_the_gate_first(void **state)
{
    (void)state;
    two_wait_in_there();
    user_wake(EVENT(SERVER), 1);
    REQUIRE(fake_irq(SERVER_LINE) == FAKE_RESUMED);
    invariants_check();
    assert_int_equal(threads[APP_EQUAL].state, CMRX_THREAD_QUEUED);
    alarm_come();
    assert_ptr_equal(processes[SERVER].gate.first, &threads[APP_EQUAL]);
    assert_true(owed_by_process());
    alarm_come();
    assert_false(owed_by_process());
    all_alarms_come();
    user_return(0, 0);
    all_alarms_come();
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_EQUAL]);
    assert_ptr_equal(processes[SERVER].gate.first, &threads[APP_MAIN]);
}

// The server is dirty, and its mender waits for a line.
static void mender_waits(void)
{
    mender_scene();
    user_call_until(TO_SERVER, 1, user_now() + 500);
    user_pass(2000);
    assert_int_equal(processes[SERVER].state, CMRX_PROCESS_DIRTY);
    user_wait(0, 0, user_now() + 3000); // APP_MAIN
    user_wait(0, 0, user_now() + 1000); // APP_LOW
    others_sleep(MENDER);
    user_wait(EVENT(SERVER), *system_at(EVENT(SERVER)), FOREVER);
    assert_ptr_equal(processes[SERVER].owner, &threads[MENDER]);
}

// A monitor is passed on, but that of the middle man.
static void mender_that_comes_has_its_monitor_still(void **state)
{
    (void)state;
    mender_waits();
    user_pass(1000 + SLACK);
    user_call(TO_MIDDLE, 0); // APP_LOW
    user_pass(2000 + SLACK);
    user_call(TO_MIDDLE, 0); // APP_MAIN
    assert_runs(APP_LOW);
    fake.pends = true;
    user_return(0, 0);
    REQUIRE(fake_irq(SERVER_LINE) == FAKE_RESUMED);
    invariants_check();
    assert_int_equal(threads[MENDER].state, CMRX_THREAD_QUEUED);
    alarm_come();
    assert_ptr_equal(processes[MIDDLE].owner, &threads[APP_MAIN]);
    alarm_come();
    assert_int_equal(threads[MENDER].state, CMRX_THREAD_READY);
    assert_ptr_equal(processes[SERVER].owner, &threads[MENDER]);
    assert_false(owed_by_process());
}

// A monitor, and a caller that is told. APP_EXTRA is the next, and APP_LOW waits in
// there for a line.
static void both_are_owed(void)
{
    mender_scene();
    user_start(APP_EXTRA, 0);
    user_wait(0, 0, user_now() + 400);
    user_wait(0, 0, user_now() + 200);
    user_call(TO_SERVER, 0);
    user_wait(EVENT(SERVER), 0, FOREVER); // APP_LOW
    user_pass(200 + SLACK);
    assert_runs(APP_MAIN);
    user_call(TO_MIDDLE, 0);
    user_call(TO_SERVER, 0);
    user_pass(200 + SLACK);
    assert_runs(APP_EXTRA);
    user_call(TO_SERVER, 0);
    assert_runs(APP_MAIN);
    boss_restarts(MIDDLE);
    fake.pends = true;
    user_return(0, 0);
}

static void monitor_then_who_is_told(void **state)
{
    (void)state;
    both_are_owed();
    alarm_come();
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_EXTRA]);
    assert_false(door_is_new());
    alarm_come();
    assert_true(door_is_new());
    assert_false(owed_by_process());
}

static void monitor_then_who_comes_then_who_is_told(void **state)
{
    (void)state;
    both_are_owed();
    REQUIRE(fake_irq(SERVER_LINE) == FAKE_RESUMED);
    invariants_check();
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_QUEUED);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_MAIN]);
    assert_false(door_is_new());
    alarm_come();
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_EXTRA]);
    assert_null(processes[SERVER].gate.first);
    assert_false(door_is_new());
    alarm_come();
    assert_ptr_equal(processes[SERVER].gate.first, &threads[APP_LOW]);
    assert_false(door_is_new());
    alarm_come();
    assert_true(door_is_new());
    assert_false(owed_by_process());
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(monitor_is_passed_on_by_the_alarm),
    cmocka_unit_test(monitor_is_passed_on_once),
    cmocka_unit_test(who_is_told_is_not_told_again),
    cmocka_unit_test(who_is_told_comes_before_what_was_lent),
    cmocka_unit_test(process_that_ends_leaves_but_priorities),
    cmocka_unit_test(monitor_is_passed_on_before_its_process_ends),
    cmocka_unit_test(all_is_settled_before_the_process_ends),
    cmocka_unit_test(who_waits_passes_the_monitor_on_by_the_alarm),
    cmocka_unit_test(who_waits_does_not_keep_a_monitor_that_is_owed),
    cmocka_unit_test(who_is_woken_comes_to_the_gate_by_the_alarm),
    cmocka_unit_test(who_comes_while_looks_are_owed_owes_one),
    cmocka_unit_test(who_comes_last_is_at_the_gate_first),
    cmocka_unit_test(mender_that_comes_has_its_monitor_still),
    cmocka_unit_test(monitor_then_who_is_told),
    cmocka_unit_test(monitor_then_who_comes_then_who_is_told),
};

GROUP_MAIN(tests)
