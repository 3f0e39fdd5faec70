// test_force.c - out by force in steps, where the alarm comes at once: nothing but
// lines comes before it.

#include "invariants.h"
#include "mender.h"

#define STEPS 8u // of one that is owner of the monitor, and has no mutex

static void supervised_scene(void)
{
    mender_plan();
    plan.processes[SERVER].policy = POLICY_SUPERVISE;
    scene_start();
}

static void alarm_come(void)
{
    fake_pass(fake_alarm_in());
    REQUIRE(fake_alarm() == FAKE_RESUMED);
    invariants_check();
}

static void begins_to_be_left(void)
{
    fake.pends = true;
    while (threads[APP_MAIN].forced <= FORCED_LATER)
        alarm_come();
}

// What is due is first, also what is there for nobody any more.
static void looks_come(unsigned low_before)
{
    while (invariants_owed()) {
        assert_true(fake.is_pended);
        assert_int_equal(threads[APP_LOW].priority, low_before);
        alarm_come();
    }
}

static bool is_being_left(void)
{
    assert_true(fake.is_pended);
    alarm_come();
    return threads[APP_MAIN].depth > 0;
}

// APP_LOW waits in there for a line, and APP_MAIN has been asked to come back.
static void late_scene(void)
{
    supervised_scene();
    low_goes_in();
    user_wait(EVENT(SERVER), *system_at(EVENT(SERVER)), FOREVER);
    user_pass(200 + SLACK);
    user_call_until(TO_SERVER, 1, user_now() + 500);
    user_pass(500 + SLACK);
    begins_to_be_left();
    assert_int_equal(processes[SERVER].faults, 0);
}

// The line comes behind that step. How many there are.
static unsigned leave_with_a_line_behind(unsigned step)
{
    unsigned steps = 1;

    for (; is_being_left(); steps++)
        if (steps == step) {
            REQUIRE(fake_irq(SERVER_LINE) == FAKE_RESUMED);
            invariants_check();
        }
    return steps;
}

static void each_step_lets_a_line_in(void **state)
{
    unsigned step = *(const unsigned *)*state;

    late_scene();
    // Whom the line wakes comes to the gate by an alarm of its own.
    assert_int_equal(leave_with_a_line_behind(step), STEPS + (step < STEPS));
    assert_inside(APP_MAIN, APP);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
    assert_int_equal(processes[SERVER].state, CMRX_PROCESS_DIRTY);
    assert_int_equal(processes[SERVER].faults, 1);
    assert_int_equal(fault_store.fault.kind, CMRX_FAULT_OVERTIME);
    assert_int_equal(*system_at(EVENT(BOSS)) >> SERVER & 1, 1);
    assert_ptr_equal(processes[SERVER].owner, &threads[MENDER]);
    assert_int_equal(threads[MENDER].state, CMRX_THREAD_READY);
    assert_int_equal(threads[APP_LOW].state,
                     step < STEPS ? CMRX_THREAD_QUEUED : CMRX_THREAD_WAITING);
}

static bool goes_on(void)
{
    return true;
}

// And what is owed behind them.
static void no_line_waits_and_all_steps_are_one_alarm(void **state)
{
    (void)state;
    late_scene();
    fake.goes_on = goes_on;
    assert_false(is_being_left());
    assert_false(invariants_owed());
    assert_status(APP_MAIN, CMRX_TIMEOUT);
    assert_ptr_equal(processes[SERVER].owner, &threads[MENDER]);
    assert_false(fake.is_pended); // it has looked at the clock, too
}

// Once it has begun it asks once more: the line comes behind the first question.
static void step_gives_way(unsigned step)
{
    while (threads[APP_MAIN].forced != step)
        assert_true(is_being_left());
    fake.line_waits = true;
    fake.comes_after = fake.asks + 1;
    fake.said_so = false;
    assert_true(is_being_left());
    assert_true(fake.said_so);
    assert_int_equal(threads[APP_MAIN].forced, step);
    fake.line_waits = false;
}

static void fault_is_not_counted_while_a_line_waits(void **state)
{
    (void)state;
    late_scene();
    step_gives_way(FORCED_COUNT);
    assert_int_equal(processes[SERVER].faults, 0);
    assert_true(is_being_left());
    assert_int_equal(processes[SERVER].faults, 1);
}

static void nobody_is_out_while_a_line_waits(void **state)
{
    (void)state;
    late_scene();
    while (threads[APP_MAIN].forced != FORCED_OUT)
        assert_true(is_being_left());
    step_gives_way(FORCED_OUT);
    assert_false(is_being_left());
}

// Nobody has it then, and a look is owed to somebody else.
static void who_gives_the_monitor_away_lends_to_nobody(void **state)
{
    (void)state;
    late_scene();
    while (threads[APP_MAIN].forced != FORCED_MONITOR)
        assert_true(is_being_left());
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_MAIN]);
    owe_look(&threads[APP_LOW], threads[APP_LOW].priority);
    assert_true(is_being_left());
    assert_true(threads[APP_LOW].stale);
    assert_ptr_equal(processes[SERVER].owner, &threads[MENDER]);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
}

// What APP_MAIN has lent to APP_LOW is still to be taken back then.
static void gate_is_left(void)
{
    supervised_scene();
    low_goes_in();
    user_pass(200 + SLACK);
    user_call_until(TO_SERVER, 1, user_now() + 500);
    assert_runs(APP_LOW);
    begins_to_be_left();
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    assert_false(is_being_left());
    assert_status(APP_MAIN, CMRX_TIMEOUT);
    assert_int_equal(threads[APP_LOW].priority, 3);
    assert_true(fake.is_pended);
}

static void gate_is_left_in_a_step_of_its_own(void **state)
{
    (void)state;
    gate_is_left();
    looks_come(3);
    assert_int_equal(threads[APP_LOW].priority, 2);
    assert_runs(APP_MAIN);
}

static void nobody_leaves_a_gate_while_a_line_waits(void **state)
{
    (void)state;
    supervised_scene();
    low_goes_in();
    user_pass(200 + SLACK);
    user_call_until(TO_SERVER, 1, user_now() + 500);
    begins_to_be_left();
    step_gives_way(FORCED_GATE);
    assert_false(is_being_left());
}

// A line that comes between makes nobody wait for what is taken back.
static void line_comes_before_it_is_taken_back(void **state)
{
    (void)state;
    gate_is_left();
    REQUIRE(fake_irq(SERVER_LINE) == FAKE_RESUMED);
    invariants_check();
    looks_come(3);
    assert_int_equal(threads[APP_LOW].priority, 2);
}

// A fault that the processor tells late ends a process: it is taken back all the same.
static void fault_comes_before_it_is_taken_back(void **state)
{
    (void)state;
    gate_is_left();
    running = &threads[APP_LOW];
    user_fault();
    invariants_check();
    assert_inside(APP_LOW, APP);
    assert_runs(BOSS_MAIN); // who is told, and is more urgent
    while (fake.is_pended)
        alarm_come();
    assert_int_equal(threads[APP_LOW].priority, 3);
    boss_sleeps();
    looks_come(3);
    assert_int_equal(threads[APP_LOW].priority, 2);
}

// A fault that the processor tells late: of who runs, and not of a step.
static void process_that_ends_between_ends_the_way_out(void **state)
{
    (void)state;
    late_scene();
    assert_true(is_being_left());
    assert_runs(APP_MAIN);
    user_fault();
    assert_inside(APP_MAIN, APP);
    assert_int_equal(threads[APP_MAIN].forced, FORCED_NOT);
    assert_int_equal(processes[SERVER].state, CMRX_PROCESS_FAULTED);
    alarm_come();
    assert_int_equal(processes[APP].faults, 0);
}

// ---- One process after the other, and whoever is more urgent

// APP_MAIN is to be left out of both, in this order; the boss wants to run by then.
static void two_are_to_end(uint64_t boss_at)
{
    scene_plan();
    plan.services[TO_MIDDLE].grace = 1000;
    plan.services[TO_SERVER].grace = 1000;
    scene_start();
    boss_wakes();
    user_wait(0, 0, boss_at);
    user_call_until(TO_MIDDLE, 0, 500);
    user_call(TO_SERVER, 0);
    user_pass(500 + SLACK - user_now());
    fake.pends = true;
}

// A tick is a microsecond. One that is late is set for as soon as can be.
static void late_alarms_come(uint64_t us)
{
    fake_pass((uint32_t)(us - user_now()));
    while (fake.is_pended || fake_alarm_in() == 0)
        alarm_come();
    fake_pass(PORT_TICKS_MIN);
    while (fake_alarm_in() == 0)
        alarm_come();
}

static void server_ends(void)
{
    fake_pass((uint32_t)(1500 - user_now()));
    while (processes[SERVER].faults == 0)
        alarm_come();
    assert_inside(APP_MAIN, MIDDLE);
}

// He is due a little after that, and the alarm comes late.
static void who_is_due_by_then_runs_before_the_first_ends(void **state)
{
    (void)state;
    two_are_to_end(1501);
    late_alarms_come(1510);
    assert_runs(BOSS_MAIN);
    assert_int_equal(processes[SERVER].faults, 0);
    late_alarms_come(user_now() + INVARIANTS_LATER / 4);
    assert_int_equal(processes[SERVER].faults, 0);
    late_alarms_come(user_now() +
                     2 * INVARIANTS_LATER); // he goes on: no longer than that
    assert_int_equal(processes[SERVER].faults, 1);
    assert_int_equal(processes[MIDDLE].faults, 0);
    assert_runs(BOSS_MAIN);
    late_alarms_come(user_now() + 2 * INVARIANTS_LATER);
    assert_int_equal(processes[MIDDLE].faults, 1);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
}

static void who_is_due_meanwhile_runs_before_the_next_ends(void **state)
{
    (void)state;
    two_are_to_end(1900);
    server_ends();
    late_alarms_come(1950); // so long it took
    assert_runs(BOSS_MAIN);
    assert_inside(APP_MAIN, MIDDLE);
    assert_int_equal(processes[MIDDLE].faults, 0);
}

// Put off, it comes back out of the inner one, and may go in again: that puts the end
// of the outer one off no further.
static void who_goes_in_and_out_is_not_put_off_again(void **state)
{
    (void)state;
    two_are_to_end(1501);
    late_alarms_come(1510);
    assert_runs(BOSS_MAIN);
    user_wait(0, 0, 1580);
    assert_inside(APP_MAIN, SERVER);
    user_return(0, 0);
    assert_inside(APP_MAIN, MIDDLE);
    late_alarms_come(1590);
    assert_runs(BOSS_MAIN);
    assert_int_equal(processes[MIDDLE].faults, 0);
    late_alarms_come(1510 + 2 * INVARIANTS_LATER);
    assert_int_equal(processes[MIDDLE].faults, 1);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
}

// Nobody is: the thread itself does not run between the two.
static void or_the_next_ends_at_once(void **state)
{
    (void)state;
    two_are_to_end(FOREVER);
    server_ends();
    while (is_being_left())
        assert_runs(APP_MAIN);
    assert_inside(APP_MAIN, APP);
    assert_int_equal(processes[SERVER].faults, 1);
    assert_int_equal(processes[MIDDLE].faults, 1);
}

static unsigned behind[] = { 1, 2, 3, 4, 5, STEPS };

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_prestate(each_step_lets_a_line_in, &behind[0]),
    cmocka_unit_test_prestate(each_step_lets_a_line_in, &behind[1]),
    cmocka_unit_test_prestate(each_step_lets_a_line_in, &behind[2]),
    cmocka_unit_test_prestate(each_step_lets_a_line_in, &behind[3]),
    cmocka_unit_test_prestate(each_step_lets_a_line_in, &behind[4]),
    cmocka_unit_test_prestate(each_step_lets_a_line_in, &behind[5]),
    cmocka_unit_test(fault_is_not_counted_while_a_line_waits),
    cmocka_unit_test(nobody_is_out_while_a_line_waits),
    cmocka_unit_test(who_gives_the_monitor_away_lends_to_nobody),
    cmocka_unit_test(nobody_leaves_a_gate_while_a_line_waits),
    cmocka_unit_test(gate_is_left_in_a_step_of_its_own),
    cmocka_unit_test(line_comes_before_it_is_taken_back),
    cmocka_unit_test(no_line_waits_and_all_steps_are_one_alarm),
    cmocka_unit_test(fault_comes_before_it_is_taken_back),
    cmocka_unit_test(process_that_ends_between_ends_the_way_out),
    cmocka_unit_test(who_is_due_by_then_runs_before_the_first_ends),
    cmocka_unit_test(who_is_due_meanwhile_runs_before_the_next_ends),
    cmocka_unit_test(who_goes_in_and_out_is_not_put_off_again),
    cmocka_unit_test(or_the_next_ends_at_once),
};

GROUP_MAIN(tests)
