// test_recover.c - a server in which somebody was left by force puts itself in order.

#include "mender.h"

#define PAUSE  300u // to the next one, if something is due already
#define MUTEX  system_word(SERVER, 50)
#define SECOND system_word(SERVER, 51)
#define WORD_5 system_word(SERVER, 5)

#define assert_state(process, wanted)                                          \
    assert_int_equal(processes[process].state, wanted)

static void force_out(unsigned import)
{
    user_call_until(import, 1, user_now() + 500);
    assert_inside(APP_MAIN, SERVER);
    user_pass(1500 + SLACK + PAUSE);
}

static void left_scene(void)
{
    mender_scene();
    force_out(TO_SERVER);
    assert_runs(APP_MAIN);
    assert_inside(APP_MAIN, APP);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
    assert_state(SERVER, CMRX_PROCESS_DIRTY);
}

// Who is more urgent is out of the way for so long.
static void app_sleeps(void)
{
    user_wait(0, 0, user_now() + 100000); // APP_MAIN
    user_wait(0, 0, user_now() + 100000); // APP_LOW
}

static void mender_runs(void)
{
    app_sleeps();
    if (user_running() == MIDDLE_MAIN)
        user_wait(0, 0, user_now() + 100000);
    assert_runs(MENDER);
    assert_ptr_equal(processes[SERVER].owner, &threads[MENDER]);
}

static void call_is(unsigned import, int32_t status)
{
    unsigned thread = user_running();

    user_call(import, 0);
    assert_status(thread, status);
}

// ---- As it should be

static void left_server_keeps_its_life_and_mends_itself(void **state)
{
    (void)state;
    left_scene();
    *system_at(system_word(SERVER, 3)) = 4711;
    assert_int_equal(processes[SERVER].faults, 1);
    assert_int_equal(fault_store.fault.kind, CMRX_FAULT_OVERTIME);
    assert_int_equal(fault_store.fault.process, SERVER);
    fault_store_init(); // as after a reset
    assert_int_equal(fault_store.unread, 1);
    mender_runs();
    user_exit(0);
    assert_state(SERVER, CMRX_PROCESS_RUNNING);
    assert_int_equal(processes[SERVER].generation, 1);
    assert_int_equal(*system_at(system_word(SERVER, 3)), 4711);
    assert_null(processes[SERVER].owner);
}

static void another_of_its_threads_that_ends_has_mended_nothing(void **state)
{
    (void)state;
    mender_plan();
    plan.threads[MIDDLE_MAIN].home = SERVER;
    scene_start();
    force_out(TO_SERVER);
    app_sleeps();
    if (user_running() == MENDER)
        user_wait(0, 0, user_now() + 1000);
    assert_runs(MIDDLE_MAIN);
    user_exit(0);
    assert_state(SERVER, CMRX_PROCESS_DIRTY);
}

static void nobody_gets_in_before_and_nobody_is_stale_behind(void **state)
{
    (void)state;
    left_scene();
    for (unsigned i = 0; i < 3; i++) {
        call_is(TO_SERVER, CMRX_DIRTY);
        call_is(TO_OPEN, CMRX_DIRTY);
    }
    user_call_until(TO_SERVER, 0, user_now() + 500);
    assert_status(APP_MAIN, CMRX_DIRTY);
    mender_runs();
    user_exit(0);
    user_pass(102000);
    assert_runs(APP_MAIN);
    user_call(TO_SERVER, 0);
    assert_inside(APP_MAIN, SERVER);
    user_return(5, 0);
    assert_status(APP_MAIN, CMRX_OK);
    user_call(TO_OPEN, 0);
    assert_inside(APP_MAIN, SERVER);
}

// Whom another end has made stale before is told so still.
static void who_was_stale_is_stale_behind(void **state)
{
    (void)state;
    mender_scene();
    user_call(TO_SERVER, 0);
    user_return(0, 0);
    boss_restarts(SERVER);
    assert_runs(APP_MAIN);
    force_out(TO_OPEN);
    assert_state(SERVER, CMRX_PROCESS_DIRTY);
    mender_runs();
    user_exit(0);
    user_pass(102000);
    call_is(TO_SERVER, CMRX_STALE);
    user_call(TO_OPEN, 0);
    assert_inside(APP_MAIN, SERVER);
}

static void low_is_left_as_another_queues(void)
{
    mender_scene();
    user_wait(0, 0, user_now() + 1200);
    user_call_until(TO_SERVER, 1, user_now() + 500); // APP_LOW
    user_pass(1200 + SLACK);
    assert_runs(APP_MAIN);
    user_call(TO_SERVER, 2);
    assert_runs(APP_LOW);
    user_pass(500 + SLACK);
    assert_state(SERVER, CMRX_PROCESS_DIRTY);
}

static void who_queues_already_waits_and_lends(void **state)
{
    (void)state;
    low_is_left_as_another_queues();
    assert_runs(MENDER); // before APP_LOW: as urgent as APP_MAIN
    assert_int_equal(threads[MENDER].priority, 3);
    user_exit(0);
    assert_state(SERVER, CMRX_PROCESS_RUNNING);
    assert_runs(APP_MAIN);
    assert_inside(APP_MAIN, SERVER);
    user_return(1, 0);
    assert_status(APP_MAIN, CMRX_OK);
    user_wait(0, 0, FOREVER);
    assert_runs(APP_LOW);
    assert_status(APP_LOW, CMRX_TIMEOUT);
}

// The one who is left was re-entrant; another has the monitor and keeps it.
static void who_has_the_monitor_goes_on(void **state)
{
    (void)state;
    mender_scene();
    low_goes_in();
    user_pass(200 + SLACK);
    force_out(TO_OPEN);
    assert_state(SERVER, CMRX_PROCESS_DIRTY);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_LOW]);
    assert_int_equal(threads[MENDER].state, CMRX_THREAD_QUEUED);
    user_wait(0, 0, user_now() + 100000);
    assert_runs(APP_LOW);
    user_return(3, 0);
    assert_status(APP_LOW, CMRX_OK);
    user_wait(0, 0, user_now() + 100000);
    assert_ptr_equal(processes[SERVER].owner, &threads[MENDER]);
}

// Another has the monitor, and somebody more urgent than the mender waits for it.
static void who_queues_for_another_waits_too(void **state)
{
    (void)state;
    mender_scene();
    low_goes_in();
    user_pass(200 + SLACK);
    user_start(APP_EXTRA, 0);
    assert_runs(APP_EXTRA);
    user_wait(0, 0, user_now() + 100);
    assert_runs(APP_MAIN);
    user_call_until(TO_OPEN, 1, user_now() + 500);
    user_pass(100 + SLACK + PAUSE);
    assert_runs(APP_EXTRA);
    user_call(TO_SERVER, 0);
    assert_runs(APP_LOW);
    user_call(TO_MIDDLE, 0);
    user_wait(0, 0, user_now() + 3000);
    assert_runs(APP_MAIN);
    user_pass(1500 + SLACK + PAUSE);
    assert_state(SERVER, CMRX_PROCESS_DIRTY);
    user_pass(1500);
    assert_runs(APP_LOW);
    user_return(0, 0);
    user_return(3, 0);
    assert_runs(MENDER); // as urgent as APP_EXTRA
    assert_ptr_equal(processes[SERVER].owner, &threads[MENDER]);
    user_exit(0);
    assert_runs(APP_EXTRA);
    assert_inside(APP_EXTRA, SERVER);
}

// Who waits in a monitor gives it away; but not this one.
static void mender_that_waits_keeps_others_out(void **state)
{
    (void)state;
    low_is_left_as_another_queues();
    assert_runs(MENDER);
    user_wait(0, 0, user_now() + 1000);
    assert_state(SERVER, CMRX_PROCESS_DIRTY);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    user_pass(1000 + SLACK);
    assert_runs(MENDER);
    user_exit(0);
    assert_runs(APP_MAIN);
    assert_inside(APP_MAIN, SERVER);
}

// Waits inside go on, and come in behind it.
static void who_waits_in_there_comes_in_again_behind_it(void **state)
{
    (void)state;
    mender_scene();
    low_goes_in();
    user_wait(WORD_5, *system_at(WORD_5), FOREVER);
    user_pass(200 + SLACK);
    force_out(TO_SERVER);
    assert_state(SERVER, CMRX_PROCESS_DIRTY);
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_WAITING);
    user_wait(0, 0, user_now() + 100000);
    if (user_running() == MIDDLE_MAIN)
        user_wait(0, 0, user_now() + 100000);
    assert_runs(MENDER);
    user_wake(WORD_5, 1);
    assert_runs(MENDER);
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_QUEUED);
    user_exit(0);
    assert_runs(APP_LOW);
    assert_inside(APP_LOW, SERVER);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_LOW]);
}

static void events_and_status_are_those_of_one_that_runs(void **state)
{
    (void)state;
    left_scene();
    user_post(SERVER, 6);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(*system_at(EVENT(SERVER)) & 6, 6);
    fake_irq(SERVER_LINE);
    assert_int_equal(*system_at(EVENT(SERVER)) & 0x80, 0x80);
    fake_irq(BOSS_LINE);
    assert_runs(BOSS_MAIN);
    user_trap(CMRX_SYS_PROCESS_STATUS, SERVER, 0, 0, 0);
    assert_int_equal(user_reply(BOSS_MAIN).low & 0xff, CMRX_PROCESS_DIRTY);
}

// ---- Mutexes that it had

static void wait_for_owner(uint32_t word)
{
    user_trap(CMRX_SYS_WAIT | CMRX_WAIT_OWNER, word, *system_at(word),
              UINT32_MAX, UINT32_MAX);
}

// APP_MAIN has two, and APP_LOW and MIDDLE_MAIN each wait for one.
static void mutexes_that_it_had_are_left_behind(void **state)
{
    (void)state;
    mender_scene();
    user_wait(0, 0, user_now() + 200);
    user_call(TO_OPEN, 0); // APP_LOW
    user_wait(0, 0, user_now() + 1000);
    user_call(TO_OPEN, 0); // MIDDLE_MAIN
    user_wait(0, 0, user_now() + 1000);
    user_pass(200 + SLACK);
    user_call_until(TO_OPEN, 1, user_now() + 2000);
    *system_at(MUTEX) = system_stack(APP_MAIN) + 200;
    *system_at(SECOND) = system_stack(APP_MAIN) + 200;
    user_wait(0, 0, user_now() + 1400);
    user_pass(900);
    wait_for_owner(MUTEX); // APP_LOW
    user_pass(500);
    if (user_running() == MIDDLE_MAIN)
        wait_for_owner(SECOND);
    user_pass(PAUSE);
    assert_runs(APP_MAIN);
    assert_int_not_equal(threads[APP_MAIN].holds, 0);
    user_pass(1500);
    assert_state(SERVER, CMRX_PROCESS_DIRTY);
    assert_int_equal(threads[APP_MAIN].holds, 0);
    assert_int_equal(*system_at(MUTEX), 1);
    assert_int_equal(*system_at(SECOND), 1);
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_READY);
    assert_int_equal(threads[MIDDLE_MAIN].state, CMRX_THREAD_READY);
}

// ---- As it should not be

static void what_cannot_be_mended_has_its_policy(void **state)
{
    (void)state;
    left_scene();
    *system_at(system_word(SERVER, 3)) = 4711;
    mender_runs();
    user_exit(1);
    user_pass(3000); // it is the second failure in a row
    assert_state(SERVER, CMRX_PROCESS_RUNNING);
    assert_int_equal(processes[SERVER].generation, 2);
    assert_int_equal(processes[SERVER].faults, 2);
    assert_int_not_equal(*system_at(system_word(SERVER, 3)), 4711);
    user_pass(100000);
    call_is(TO_SERVER, CMRX_STALE);
}

static void mender_that_faults_is_a_fault_like_others(void **state)
{
    (void)state;
    left_scene();
    mender_runs();
    user_fault();
    assert_state(SERVER, CMRX_PROCESS_BACKOFF);
    user_pass(3000);
    assert_int_equal(processes[SERVER].generation, 2);
    assert_int_equal(threads[MENDER].state, CMRX_THREAD_DORMANT);
}

static void other_faults_are_not_mended(void **state)
{
    (void)state;
    mender_scene();
    user_call(TO_SERVER, 0);
    user_fault();
    assert_state(SERVER, CMRX_PROCESS_RUNNING);
    assert_int_equal(processes[SERVER].generation, 2);
    assert_status(APP_MAIN, CMRX_DEAD);
}

static void left_twice_is_a_fault_like_others(void **state)
{
    (void)state;
    mender_scene();
    user_wait(0, 0, user_now() + 200);
    user_call_until(TO_OPEN, 0, user_now() + 2000); // APP_LOW
    user_pass(200 + SLACK);
    force_out(TO_OPEN);
    assert_state(SERVER, CMRX_PROCESS_DIRTY);
    user_wait(0, 0, FOREVER); // APP_MAIN
    user_pass(3000);
    assert_int_equal(processes[SERVER].faults, 2);
    assert_int_equal(processes[SERVER].generation, 2);
    assert_inside(APP_LOW, APP);
    assert_status(APP_LOW, CMRX_TIMEOUT);
    assert_state(SERVER, CMRX_PROCESS_RUNNING);
}

static void mender_that_runs_already_is_none(void **state)
{
    (void)state;
    mender_scene();
    user_call(TO_OPEN, 0);
    user_start(0, 0); // by number within the server
    user_return(0, 0);
    force_out(TO_OPEN);
    assert_int_equal(processes[SERVER].generation, 2);
    assert_state(SERVER, CMRX_PROCESS_RUNNING);
}

static void started_by_its_own_it_is_a_thread_like_others(void **state)
{
    (void)state;
    mender_scene();
    user_call(TO_OPEN, 0);
    user_start(0, 0);
    user_return(0, 0);
    mender_runs();
    user_exit(7);
    assert_int_equal(processes[SERVER].generation, 1);
    assert_int_equal(processes[SERVER].faults, 0);
}

static void restart_meanwhile_ends_it(void **state)
{
    (void)state;
    left_scene();
    boss_restarts(SERVER);
    assert_state(SERVER, CMRX_PROCESS_RUNNING);
    assert_int_equal(processes[SERVER].generation, 2);
    assert_int_equal(threads[MENDER].state, CMRX_THREAD_DORMANT);
    call_is(TO_SERVER, CMRX_STALE);
    user_call(TO_SERVER, 0);
    assert_inside(APP_MAIN, SERVER);
}

static void stop_meanwhile_ends_it(void **state)
{
    (void)state;
    left_scene();
    boss_stops(SERVER);
    assert_state(SERVER, CMRX_PROCESS_STOPPED);
    assert_int_equal(threads[MENDER].state, CMRX_THREAD_DORMANT);
    call_is(TO_SERVER, CMRX_CLOSED);
}

static void supervisor_is_told_and_need_not_do_anything(void **state)
{
    (void)state;
    mender_plan();
    plan.processes[SERVER].policy = POLICY_SUPERVISE;
    scene_start();
    *system_at(EVENT(BOSS)) = 0;
    force_out(TO_SERVER);
    assert_int_equal(*system_at(EVENT(BOSS)) & 1u << SERVER, 1u << SERVER);
    assert_state(SERVER, CMRX_PROCESS_DIRTY);
}

// It comes out of a gate, where it was to come in again.
static void who_is_left_at_a_gate_lends_no_more(void **state)
{
    (void)state;
    mender_scene();
    user_call_until(TO_SERVER, 0, user_now() + 500);
    user_wait(WORD_5, *system_at(WORD_5), FOREVER);
    assert_runs(APP_LOW);
    user_call(TO_SERVER, 0);
    assert_inside(APP_LOW, SERVER);
    user_pass(500 + SLACK);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    assert_int_equal(threads[APP_LOW].priority, 3);
    user_pass(1000 + SLACK);
    assert_state(SERVER, CMRX_PROCESS_DIRTY);
    assert_runs(APP_MAIN);
    assert_int_equal(threads[APP_LOW].priority, 2);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_LOW]);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(left_server_keeps_its_life_and_mends_itself),
    cmocka_unit_test(another_of_its_threads_that_ends_has_mended_nothing),
    cmocka_unit_test(nobody_gets_in_before_and_nobody_is_stale_behind),
    cmocka_unit_test(who_was_stale_is_stale_behind),
    cmocka_unit_test(who_queues_already_waits_and_lends),
    cmocka_unit_test(who_has_the_monitor_goes_on),
    cmocka_unit_test(who_queues_for_another_waits_too),
    cmocka_unit_test(mender_that_waits_keeps_others_out),
    cmocka_unit_test(who_waits_in_there_comes_in_again_behind_it),
    cmocka_unit_test(events_and_status_are_those_of_one_that_runs),
    cmocka_unit_test(mutexes_that_it_had_are_left_behind),
    cmocka_unit_test(what_cannot_be_mended_has_its_policy),
    cmocka_unit_test(mender_that_faults_is_a_fault_like_others),
    cmocka_unit_test(other_faults_are_not_mended),
    cmocka_unit_test(left_twice_is_a_fault_like_others),
    cmocka_unit_test(mender_that_runs_already_is_none),
    cmocka_unit_test(started_by_its_own_it_is_a_thread_like_others),
    cmocka_unit_test(restart_meanwhile_ends_it),
    cmocka_unit_test(stop_meanwhile_ends_it),
    cmocka_unit_test(supervisor_is_told_and_need_not_do_anything),
    cmocka_unit_test(who_is_left_at_a_gate_lends_no_more),
};

GROUP_MAIN(tests)
