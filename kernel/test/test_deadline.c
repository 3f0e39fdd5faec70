// test_deadline.c - calls with a deadline.

#include "scene.h"

#define SLACK 100u // by which an alarm may be late
#define PAUSE 300u // to the next one, if something is due already

#define assert_process(thread, process)                                        \
    assert_int_equal(process_index(threads[thread].inside), process)

// ---- In time, and too late from the start

static void who_returns_in_time_was_called_as_ever(void **state)
{
    (void)state;
    scene_begin();
    user_call_until(TO_SERVER, 0, user_now() + 500);
    assert_process(APP_MAIN, SERVER);
    user_pass(400);
    user_return(5, 6);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(user_reply(APP_MAIN).low, 5);
    assert_process(APP_MAIN, APP);
    user_pass(2000);
    assert_int_equal(user_reply(APP_MAIN).low, 5);
    assert_int_equal(timer_slot[APP_MAIN], 0);
}

static void nothing_is_entered_after_the_deadline(void **state)
{
    (void)state;
    scene_begin();
    user_pass(1000);
    for (unsigned past = 0; past < 3; past++) {
        user_call_until(TO_SERVER, 0, user_now() - past);
        assert_status(APP_MAIN, CMRX_TIMEOUT);
        assert_process(APP_MAIN, APP);
        assert_null(processes[SERVER].owner);
    }
    user_call_until(TO_SERVER, 0, 0);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
    user_call_until(TO_SERVER, 0, user_now() + 1);
    assert_process(APP_MAIN, SERVER);
}

// Also where there is an alarm for it already, which is about to come.
static void an_alarm_that_is_due_is_no_reason_to_enter(void **state)
{
    (void)state;
    scene_begin();
    uint64_t deadline = user_now() + 500;
    user_call_until(TO_SERVER, 0, deadline);
    user_return(0, 0);
    fake_pass(500);
    user_call_until(TO_SERVER, 0, deadline);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
    assert_process(APP_MAIN, APP);
}

static void a_deadline_does_not_hide_what_makes_no_sense(void **state)
{
    (void)state;
    scene_begin();
    user_call_until(77, 0, 0);
    assert_status(APP_MAIN, CMRX_INVALID);
    user_call_until(TO_SERVER, 3, 0);
    assert_status(APP_MAIN, CMRX_INVALID);
    boss_stops(SERVER);
    user_call_until(TO_SERVER, 0, 0);
    assert_status(APP_MAIN, CMRX_CLOSED);
}

static void the_last_deadline_never_comes(void **state)
{
    (void)state;
    scene_begin();
    user_call_until(TO_SERVER, 0, FOREVER);
    user_wait(0, 0, FOREVER);
    others_sleep(IDLE_MAIN);
    user_pass(3000000);
    assert_runs(IDLE_MAIN);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_WAITING);
}

// One that is as it was, though a longer wait has come in between.
static void a_wait_does_not_put_off_the_deadline_of_its_call(void **state)
{
    (void)state;
    scene_begin();
    uint64_t deadline = user_now() + 1000;
    user_call_until(TO_SERVER, 0, deadline);
    user_wait(0, 0, user_now() + 200);
    others_sleep(IDLE_MAIN);
    user_pass(200 + SLACK);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
    user_wait(0, 0, user_now() + 5000);
    user_pass(deadline - user_now() - 1);
    assert_runs(IDLE_MAIN);
    user_pass(SLACK);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_CANCELLED);
}

static void of_two_at_one_instant_that_of_the_call_comes_first(void **state)
{
    (void)state;
    scene_begin();
    uint64_t deadline = user_now() + 1000;
    user_call_until(TO_SERVER, 0, deadline);
    user_wait(0, 0, deadline);
    others_sleep(IDLE_MAIN);
    user_pass(1000 + SLACK);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_CANCELLED);
}

// ---- At the gate

// APP_LOW is inside the server when APP_MAIN wakes up.
static void low_is_inside(void)
{
    scene_begin();
    user_wait(0, 0, user_now() + 1000);
    assert_runs(APP_LOW);
    user_call(TO_SERVER, 0);
    user_pass(1000 + SLACK);
    assert_runs(APP_MAIN);
}

static void who_queues_leaves_at_once_and_lends_no_more(void **state)
{
    (void)state;
    low_is_inside();
    user_call_until(TO_SERVER, 0, user_now() + 500);
    assert_runs(APP_LOW);
    assert_int_equal(threads[APP_LOW].priority, 3);
    user_pass(499);
    assert_runs(APP_LOW);
    user_pass(SLACK);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
    assert_process(APP_MAIN, APP);
    assert_int_equal(threads[APP_LOW].priority, 2);
    assert_null(processes[SERVER].gate.first);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_LOW]);
    assert_int_equal(processes[SERVER].faults, 0);
    user_wait(0, 0, user_now() + 100); // it is not hurried
    assert_runs(APP_LOW);
    user_return(9, 0);
    assert_status(APP_LOW, CMRX_OK);
}

static void who_queues_further_down_is_back_in_its_server(void **state)
{
    (void)state;
    low_is_inside();
    user_call_until(TO_MIDDLE, 0, user_now() + 500);
    user_call(TO_SERVER, 0);
    assert_runs(APP_LOW);
    user_pass(500 + SLACK);
    assert_runs(APP_MAIN);
    assert_process(APP_MAIN, MIDDLE);
    assert_status(APP_MAIN, CMRX_CANCELLED);
    assert_int_equal(threads[APP_LOW].priority, 2);
    user_wait(0, 0, FOREVER);
    assert_status(APP_MAIN, CMRX_CANCELLED);
    user_return(3, 0);
    assert_status(APP_MAIN, CMRX_OK);
}

// It has begun in there: it may not be torn out.
static void who_comes_in_again_stays_at_the_gate(void **state)
{
    (void)state;
    scene_begin();
    uint64_t deadline = user_now() + 1000;
    user_call_until(TO_SERVER, 0, deadline);
    user_wait(0, 0, FOREVER);
    assert_runs(APP_LOW);
    user_call(TO_SERVER, 0);
    user_pass(1000 + SLACK);
    assert_runs(APP_LOW);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    user_pass(5000);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    user_return(0, 0);
    assert_runs(APP_MAIN);
    assert_process(APP_MAIN, SERVER);
    assert_status(APP_MAIN, CMRX_CANCELLED);
}

// Its deadline comes when it stands there for the second time.
static void who_was_woken_stays_at_the_gate(void **state)
{
    (void)state;
    scene_begin();
    user_call_until(TO_SERVER, 0, user_now() + 3000);
    user_wait(0, 0, user_now() + 1000);
    user_call(TO_SERVER, 0);
    user_pass(1000 + SLACK);
    assert_runs(APP_LOW);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    user_pass(2000 + SLACK);
    assert_runs(APP_LOW);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    assert_true(threads[APP_MAIN].hurried);
    user_return(0, 0);
    assert_status(APP_MAIN, CMRX_TIMEOUT); // of its wait
    assert_process(APP_MAIN, SERVER);
}

// ---- Inside

static void waits_of_a_hurried_call_end_at_once(void **state)
{
    (void)state;
    scene_begin();
    user_call_until(TO_SERVER, 0, user_now() + 500);
    user_wait(0, 0, FOREVER);
    others_sleep(IDLE_MAIN);
    user_pass(499);
    assert_runs(IDLE_MAIN);
    user_pass(SLACK);
    assert_runs(APP_MAIN);
    assert_process(APP_MAIN, SERVER);
    assert_status(APP_MAIN, CMRX_CANCELLED);
    user_wait(0, 0, FOREVER);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_CANCELLED);
    user_return(7, 0);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(user_reply(APP_MAIN).low, 7);
    user_wait(0, 0, FOREVER);
    assert_runs(IDLE_MAIN);
}

static void a_call_is_hurried_as_deep_as_it_goes(void **state)
{
    (void)state;
    scene_begin();
    user_call_until(TO_MIDDLE, 0, user_now() + 500);
    user_call(TO_SERVER, 0);
    user_pass(500 + SLACK);
    user_wait(0, 0, FOREVER);
    assert_status(APP_MAIN, CMRX_CANCELLED);
    user_return(0, 0);
    assert_process(APP_MAIN, MIDDLE);
    user_wait(0, 0, FOREVER);
    assert_status(APP_MAIN, CMRX_CANCELLED);
    user_call(TO_SERVER, 0); // to clean up it may call
    assert_process(APP_MAIN, SERVER);
    user_return(0, 0);
    user_return(0, 0);
    assert_process(APP_MAIN, APP);
    assert_false(threads[APP_MAIN].hurried);
}

static void an_inner_deadline_is_over_with_its_call(void **state)
{
    (void)state;
    scene_begin();
    user_call_until(TO_MIDDLE, 0, user_now() + 2000);
    user_call_until(TO_SERVER, 0, user_now() + 500);
    user_pass(500 + SLACK);
    user_wait(0, 0, FOREVER);
    assert_status(APP_MAIN, CMRX_CANCELLED);
    user_return(0, 0);
    assert_process(APP_MAIN, MIDDLE);
    user_wait(0, 0, user_now() + 200);
    others_sleep(IDLE_MAIN);
    user_pass(200 + PAUSE);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
    user_wait(0, 0, FOREVER);
    user_pass(1500);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_CANCELLED);
}

static void one_of_two_deadlines_goes_on_after_a_return(void **state)
{
    (void)state;
    scene_begin();
    user_call_until(TO_MIDDLE, 0, user_now() + 500);
    user_call_until(TO_SERVER, 0, user_now() + 400);
    user_pass(500 + PAUSE + SLACK);
    user_return(0, 0);
    assert_process(APP_MAIN, MIDDLE);
    user_wait(0, 0, FOREVER);
    assert_status(APP_MAIN, CMRX_CANCELLED);
    user_return(0, 0);
    assert_process(APP_MAIN, APP);
    user_wait(0, 0, FOREVER);
    others_sleep(IDLE_MAIN);
}

// ---- By force

static void forced_scene(uint32_t middle, uint32_t server)
{
    scene_plan();
    plan.services[TO_MIDDLE].grace = middle;
    plan.services[TO_SERVER].grace = server;
    scene_start();
}

static void who_outlives_its_grace_is_left(void **state)
{
    (void)state;
    forced_scene(0, 1000);
    user_call_until(TO_SERVER, 1, user_now() + 500);
    user_pass(1499);
    assert_process(APP_MAIN, SERVER);
    assert_int_equal(processes[SERVER].faults, 0);
    user_pass(SLACK + PAUSE);
    assert_runs(APP_MAIN);
    assert_process(APP_MAIN, APP);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
    assert_int_equal(processes[SERVER].faults, 1);
    assert_int_equal(processes[SERVER].generation, 2);
    assert_int_equal(fault_store.fault.kind, CMRX_FAULT_OVERTIME);
    assert_int_equal(fault_store.fault.process, SERVER);
    assert_int_equal(fault_store.fault.thread, APP_MAIN);
    assert_int_equal(fault_store.fault.chain[0].process, APP);
    user_call(TO_SERVER, 0);
    assert_status(APP_MAIN, CMRX_STALE);
    user_call(TO_SERVER, 0);
    assert_process(APP_MAIN, SERVER);
    user_wait(0, 0, user_now() + 100); // nothing of it is left
    user_pass(100 + 2 * PAUSE);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
}

static void who_returns_in_its_grace_is_not(void **state)
{
    (void)state;
    forced_scene(0, 1000);
    user_call_until(TO_SERVER, 1, user_now() + 500);
    user_pass(1400);
    user_return(4, 0);
    assert_status(APP_MAIN, CMRX_OK);
    user_pass(5000);
    assert_int_equal(processes[SERVER].faults, 0);
    assert_process(APP_MAIN, APP);
}

static void without_grace_nobody_is_left(void **state)
{
    (void)state;
    forced_scene(0, 0);
    user_call_until(TO_SERVER, 1, user_now() + 500);
    user_pass(3000000);
    assert_process(APP_MAIN, SERVER);
    assert_int_equal(processes[SERVER].faults, 0);
}

// Only the outer one has declared anything: it is its time that is over.
static void all_of_the_way_is_left_one_by_one(void **state)
{
    (void)state;
    forced_scene(1000, 0);
    user_call_until(TO_MIDDLE, 0, user_now() + 500);
    user_call(TO_SERVER, 0);
    user_pass(1500 + SLACK + PAUSE);
    assert_process(APP_MAIN, MIDDLE);
    assert_status(APP_MAIN, CMRX_DEAD);
    assert_int_equal(processes[SERVER].faults, 1);
    assert_int_equal(processes[MIDDLE].faults, 0);
    user_pass(2 * PAUSE);
    assert_process(APP_MAIN, APP);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
    assert_int_equal(processes[SERVER].faults, 1);
    assert_int_equal(processes[MIDDLE].faults, 1);
    assert_int_equal(processes[APP].faults, 0);
}

static void the_inner_one_is_left_and_the_outer_goes_on(void **state)
{
    (void)state;
    forced_scene(1000, 500);
    user_call_until(TO_MIDDLE, 0, user_now() + 5000);
    user_call_until(TO_SERVER, 0, user_now() + 500);
    user_pass(1000 + SLACK + PAUSE);
    assert_process(APP_MAIN, MIDDLE);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
    assert_int_equal(processes[SERVER].faults, 1);
    assert_int_equal(processes[MIDDLE].faults, 0);
    user_wait(0, 0, user_now() + 100);
    user_pass(100 + PAUSE);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
    user_return(1, 0);
    assert_status(APP_MAIN, CMRX_OK);
}

// A process that it has not entered does not pay for it.
static void who_is_only_queued_for_pays_nothing(void **state)
{
    (void)state;
    scene_plan();
    plan.services[TO_MIDDLE].grace = 1000;
    scene_start();
    user_wait(0, 0, user_now() + 1000);
    user_call(TO_SERVER, 0); // APP_LOW
    user_pass(1000 + SLACK);
    assert_runs(APP_MAIN);
    user_call_until(TO_MIDDLE, 0, user_now() + 500);
    user_pass(500 + SLACK);
    user_call(TO_SERVER, 0); // hurried already
    assert_runs(APP_LOW);
    user_pass(1000);
    assert_runs(APP_MAIN);
    assert_process(APP_MAIN, MIDDLE);
    assert_status(APP_MAIN, CMRX_CANCELLED);
    user_pass(PAUSE);
    assert_process(APP_MAIN, APP);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
    assert_int_equal(processes[SERVER].faults, 0);
    assert_int_equal(processes[MIDDLE].faults, 1);
    assert_process(APP_LOW, SERVER);
}

// ---- The end of a process, meanwhile

static void a_callee_that_ends_is_dead_before_and_late_after(void **state)
{
    (void)state;
    scene_begin();
    user_call_until(TO_SERVER, 0, user_now() + 500);
    boss_restarts(SERVER);
    assert_status(APP_MAIN, CMRX_DEAD);
    user_call_until(TO_SERVER, 0, user_now() + 500);
    assert_process(APP_MAIN, SERVER);
    user_pass(500 + SLACK);
    boss_restarts(SERVER);
    assert_process(APP_MAIN, APP);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
    user_call_until(TO_SERVER, 0, user_now() + 500);
    assert_status(APP_MAIN, CMRX_STALE);
}

// Nobody is there to be told. APP_LOW is in the server, APP_MAIN at its gate, on its
// way through the middle man, who ends.
static void who_leaves_a_gate_may_have_lost_its_caller(void **state)
{
    (void)state;
    low_is_inside();
    user_call(TO_MIDDLE, 0);
    user_call_until(TO_SERVER, 0, user_now() + 500);
    boss_restarts(MIDDLE);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    user_pass(500 + SLACK);
    assert_runs(APP_MAIN);
    assert_process(APP_MAIN, APP);
    assert_status(APP_MAIN, CMRX_DEAD);
    assert_false(threads[APP_MAIN].hurried);
}

// The callee cannot put it off: it is not in its registers, nor on its stack.
static void the_deadline_is_the_callers(void **state)
{
    (void)state;
    scene_begin();
    user_call_until(TO_SERVER, 0, user_now() + 500);
    for (unsigned i = 0; i < FAKE_KEPT; i++)
        running->context.kept[i] = UINT32_MAX;
    user_wait(0, 0, FOREVER);
    others_sleep(IDLE_MAIN);
    user_pass(500 + SLACK);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_CANCELLED);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(who_returns_in_time_was_called_as_ever),
    cmocka_unit_test(nothing_is_entered_after_the_deadline),
    cmocka_unit_test(an_alarm_that_is_due_is_no_reason_to_enter),
    cmocka_unit_test(of_two_at_one_instant_that_of_the_call_comes_first),
    cmocka_unit_test(a_deadline_does_not_hide_what_makes_no_sense),
    cmocka_unit_test(the_last_deadline_never_comes),
    cmocka_unit_test(a_wait_does_not_put_off_the_deadline_of_its_call),
    cmocka_unit_test(who_queues_leaves_at_once_and_lends_no_more),
    cmocka_unit_test(who_queues_further_down_is_back_in_its_server),
    cmocka_unit_test(who_comes_in_again_stays_at_the_gate),
    cmocka_unit_test(who_was_woken_stays_at_the_gate),
    cmocka_unit_test(waits_of_a_hurried_call_end_at_once),
    cmocka_unit_test(a_call_is_hurried_as_deep_as_it_goes),
    cmocka_unit_test(an_inner_deadline_is_over_with_its_call),
    cmocka_unit_test(one_of_two_deadlines_goes_on_after_a_return),
    cmocka_unit_test(who_outlives_its_grace_is_left),
    cmocka_unit_test(who_returns_in_its_grace_is_not),
    cmocka_unit_test(without_grace_nobody_is_left),
    cmocka_unit_test(all_of_the_way_is_left_one_by_one),
    cmocka_unit_test(the_inner_one_is_left_and_the_outer_goes_on),
    cmocka_unit_test(who_is_only_queued_for_pays_nothing),
    cmocka_unit_test(a_callee_that_ends_is_dead_before_and_late_after),
    cmocka_unit_test(who_leaves_a_gate_may_have_lost_its_caller),
    cmocka_unit_test(the_deadline_is_the_callers),
};

GROUP_MAIN(tests)
