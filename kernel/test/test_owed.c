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

// ---- Who waits in a monitor that others want, and who comes back to one

#define MUTEX         system_word(SERVER, 50)
#define TAKEN(thread) (system_stack(thread) + 200)

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

// A monitor, somebody who comes, a caller that is told. And APP_EXTRA is the next.
static void all_three_are_owed(void)
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
    REQUIRE(fake_irq(SERVER_LINE) == FAKE_RESUMED);
    invariants_check();
}

static void monitor_then_who_comes_then_who_is_told(void **state)
{
    (void)state;
    all_three_are_owed();
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

// ---- What is lent meanwhile

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

// And waits in there until APP_MAIN is back.
static void low_takes_the_mutex(void)
{
    assert_runs(APP_LOW);
    user_call(TO_SERVER, 0);
    *system_at(MUTEX) = TAKEN(APP_LOW);
    user_wait(EVENT(SERVER), 0, FOREVER);
    user_pass(200 + SLACK);
    assert_runs(APP_MAIN);
}

// APP_LOW has the mutex, and waits in there. APP_MAIN has the monitor, APP_EQUAL wants
// it.
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
    cmocka_unit_test(who_comes_last_is_at_the_gate_first),
    cmocka_unit_test(monitor_then_who_comes_then_who_is_told),
    cmocka_unit_test(who_is_woken_lends_until_he_comes_to_the_gate),
    cmocka_unit_test(who_lends_and_owes_the_monitor_is_looked_at_later),
    cmocka_unit_test(who_is_first_then_and_owes_the_monitor_lends_later),
};

GROUP_MAIN(tests)
