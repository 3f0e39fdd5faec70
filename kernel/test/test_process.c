// test_process.c - processes end and are started again.

#include "scene.h"

static bool is_as_at_start(unsigned process)
{
    for (unsigned n = 0; n < SYSTEM_WORDS; n++)
        if (*system_at(system_word(process, n)) != system_initial(process, n))
            return false;
    return true;
}

static void spoil(unsigned process)
{
    for (unsigned n = 0; n < SYSTEM_WORDS; n++)
        *system_at(system_word(process, n)) = 0x5ec7e700u + n;
}

// ---- Restart

static void restart_restores_all_memory(void **state)
{
    (void)state;
    scene_begin();
    assert_true(is_as_at_start(APP));
    spoil(APP);
    spoil(SERVER);
    boss_restarts(APP);
    assert_true(is_as_at_start(APP));
    assert_false(is_as_at_start(SERVER));
}

static void restart_clears_the_stacks(void **state)
{
    (void)state;
    scene_begin();
    for (unsigned i = 0; i < 1024; i += 4)
        *system_at(system_stack(APP_MAIN) + i) = 0x5ec7e7;
    boss_restarts(APP);
    for (unsigned i = 0; i < 1024 - PORT_FRAME_BYTES; i += 4)
        assert_int_equal(*system_at(system_stack(APP_MAIN) + i), 0);
}

static void restart_counts_the_generation(void **state)
{
    (void)state;
    scene_begin();
    assert_int_equal(processes[APP].generation, 1);
    boss_restarts(APP);
    assert_int_equal(processes[APP].generation, 2);
    processes[APP].generation = 0xffff;
    boss_restarts(APP);
    assert_int_equal(processes[APP].generation, 1); // 0: never started
}

static void restart_begins_the_threads_that_are_not_dormant(void **state)
{
    (void)state;
    scene_begin();
    user_start(APP_EXTRA, 0);
    user_wait(0, 0, user_now() + 1000);
    user_wait(0, 0, FOREVER);
    assert_runs(APP_LOW);
    boss_restarts(APP);
    assert_runs(APP_MAIN);
    assert_int_equal(user_frame(APP_MAIN)->pc, system_entry(APP_MAIN));
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_READY);
    assert_int_equal(threads[APP_EQUAL].state, CMRX_THREAD_DORMANT);
    assert_int_equal(threads[APP_EXTRA].state, CMRX_THREAD_DORMANT);
    user_pass(2000); // its deadline has gone with it
    assert_int_equal(threads[APP_EXTRA].state, CMRX_THREAD_DORMANT);
}

static void process_can_restart_itself(void **state)
{
    (void)state;
    scene_begin();
    boss_wakes();
    user_control(BOSS, true);
    assert_runs(BOSS_MAIN);
    assert_int_equal(user_frame(BOSS_MAIN)->pc, system_entry(BOSS_MAIN));
    assert_int_equal(processes[BOSS].generation, 2);
}

// ---- Stop

static void stopped_process_does_nothing_any_more(void **state)
{
    (void)state;
    scene_begin();
    boss_stops(APP);
    for (unsigned i = APP_MAIN; i <= APP_EXTRA; i++)
        assert_int_equal(threads[i].state, CMRX_THREAD_DORMANT);
    assert_runs(MIDDLE_MAIN);
    assert_int_equal(processes[APP].state, CMRX_PROCESS_STOPPED);
    user_pass(5000000);
    assert_int_equal(processes[APP].state, CMRX_PROCESS_STOPPED);
}

static void stopped_process_can_be_started(void **state)
{
    (void)state;
    scene_begin();
    spoil(APP);
    boss_stops(APP);
    boss_stops(APP); // again: nothing to do
    boss_restarts(APP);
    assert_true(is_as_at_start(APP));
    assert_int_equal(processes[APP].generation, 2);
    assert_runs(APP_MAIN);
}

static void device_is_silenced_when_its_driver_ends(void **state)
{
    (void)state;
    scene_plan();
    plan.processes[SERVER].quiesced = true;
    scene_start();
    boss_stops(SERVER);
    assert_int_equal(*system_at(system_device(SERVER, 0)), 1);
    assert_int_equal(*system_at(system_device(SERVER, 1)), 2);
    *system_at(system_device(SERVER, 0)) = 9;
    boss_stops(SERVER); // it is down already
    assert_int_equal(*system_at(system_device(SERVER, 0)), 9);
}

// ---- Rights and arguments

static void control_needs_the_right(void **state)
{
    (void)state;
    scene_begin();
    user_control(SERVER, false);
    assert_status(APP_MAIN, CMRX_DENIED);
    user_control(99, true);
    assert_status(APP_MAIN, CMRX_DENIED);
    assert_int_equal(processes[SERVER].state, CMRX_PROCESS_RUNNING);
}

static void visitor_has_the_rights_of_where_it_is(void **state)
{
    (void)state;
    scene_plan();
    unsigned to_boss = plan_import(APP, plan_service(BOSS, 1));
    unsigned from_boss = plan_import(BOSS, TO_SERVER);
    scene_start();
    user_call(to_boss, 0);
    user_control(SERVER, true);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(processes[SERVER].generation, 2);
    user_call(from_boss, 0);
    assert_inside(APP_MAIN, SERVER);
    user_control(SERVER, true);
    assert_status(APP_MAIN, CMRX_DENIED);
}

static void idle_cannot_be_controlled(void **state)
{
    static const uint32_t refused[] = { IDLE, IDLE + 1, 255, 256, UINT32_MAX };

    (void)state;
    scene_begin();
    boss_wakes();
    for (unsigned i = 0; i < 5; i++)
        for (unsigned start = 0; start < 2; start++) {
            user_control(refused[i], start);
            assert_status(BOSS_MAIN, CMRX_INVALID);
        }
    user_trap(CMRX_SYS_PROCESS_CONTROL, APP, 2, 0, 0);
    assert_status(BOSS_MAIN, CMRX_INVALID);
    assert_int_equal(processes[APP].generation, 1);
}

static void status_tells_state_generation_and_faults(void **state)
{
    (void)state;
    scene_begin();
    user_fault();
    boss_wakes();
    user_trap(CMRX_SYS_PROCESS_STATUS, APP, 0, 0, 0);
    assert_status(BOSS_MAIN, CMRX_OK);
    assert_int_equal(user_reply(BOSS_MAIN).low, CMRX_PROCESS_RUNNING | 2 << 16);
    assert_int_equal(user_reply(BOSS_MAIN).high, 1);
    user_trap(CMRX_SYS_PROCESS_STATUS, IDLE, 0, 0, 0);
    assert_status(BOSS_MAIN, CMRX_OK);
    user_trap(CMRX_SYS_PROCESS_STATUS, IDLE + 1, 0, 0, 0);
    assert_status(BOSS_MAIN, CMRX_INVALID);
    user_trap(CMRX_SYS_PROCESS_STATUS, UINT32_MAX, 0, 0, 0);
    assert_status(BOSS_MAIN, CMRX_INVALID);
}

// ---- Policies

static void policy_set(unsigned process, enum policy policy)
{
    scene_plan();
    plan.processes[process].policy = policy;
    scene_start();
}

static void first_restart_is_at_once_then_they_are_put_off(void **state)
{
    uint64_t delay = 1000;

    (void)state;
    scene_begin();
    user_fault();
    assert_runs(APP_MAIN);
    for (unsigned i = 2; i < 14; i++) {
        user_fault();
        assert_int_equal(processes[APP].state, CMRX_PROCESS_BACKOFF);
        user_pass(delay - 10);
        assert_int_equal(processes[APP].state, CMRX_PROCESS_BACKOFF);
        user_pass(100);
        assert_int_equal(processes[APP].state, CMRX_PROCESS_RUNNING);
        assert_int_equal(processes[APP].generation, i + 1);
        assert_runs(APP_MAIN);
        delay = delay < 1024000 ? 2 * delay : delay;
    }
}

static void back_off_never_begins_anew(void **state)
{
    (void)state;
    scene_begin();
    user_fault();
    for (unsigned i = 2; i < 300; i++) {
        user_fault();
        if (processes[APP].state != CMRX_PROCESS_BACKOFF)
            fail_msg("fault %u", i);
        for (unsigned ms = 0; ms < 1025 && user_running() != APP_MAIN; ms++)
            user_pass(1000);
        assert_runs(APP_MAIN);
    }
}

static void faults_are_counted_up_to_what_fits(void **state)
{
    (void)state;
    scene_begin();
    processes[APP].faults = UINT16_MAX - 1;
    for (unsigned i = 0; i < 3; i++) {
        user_fault();
        assert_int_equal(processes[APP].faults, UINT16_MAX);
        user_pass(10000);
        assert_runs(APP_MAIN);
    }
}

static void sound_second_is_a_new_beginning(void **state)
{
    (void)state;
    scene_begin();
    user_fault();
    user_fault();
    user_pass(2000);
    assert_runs(APP_MAIN);
    user_pass(1000000);
    user_fault();
    assert_int_equal(processes[APP].state, CMRX_PROCESS_RUNNING);
}

static void not_quite_a_sound_second_is_none(void **state)
{
    (void)state;
    scene_begin();
    user_fault();
    user_pass(1000000 - 1);
    user_fault();
    assert_int_equal(processes[APP].state, CMRX_PROCESS_BACKOFF);
}

// Nor is one in which it does not run.
static void second_of_being_stopped_is_not_sound(void **state)
{
    (void)state;
    scene_begin();
    user_fault();
    user_pass(500000);
    boss_stops(APP);
    user_pass(1000000);
    boss_restarts(APP);
    user_fault();
    assert_int_equal(processes[APP].state, CMRX_PROCESS_BACKOFF);
}

static void callers_find_a_resting_process_closed(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_fault();
    user_call(TO_SERVER, 0);
    user_fault();
    assert_status(APP_MAIN, CMRX_DEAD);
    user_call(TO_SERVER, 0);
    assert_status(APP_MAIN, CMRX_CLOSED);
    user_pass(1100);
    user_call(TO_SERVER, 0);
    assert_inside(APP_MAIN, SERVER);
}

static void rest_ends_when_somebody_decides(void **state)
{
    (void)state;
    scene_begin();
    user_fault();
    user_fault();
    boss_stops(APP);
    user_pass(10000);
    assert_int_equal(processes[APP].state, CMRX_PROCESS_STOPPED);
    boss_restarts(APP);
    user_fault();
    assert_int_equal(processes[APP].state, CMRX_PROCESS_BACKOFF);
    boss_restarts(APP);
    assert_int_equal(processes[APP].generation, 4);
    user_pass(10000);
    assert_int_equal(processes[APP].generation, 4);
}

static void policy_stop_leaves_it_down(void **state)
{
    (void)state;
    policy_set(APP, POLICY_STOP);
    user_fault();
    assert_int_equal(processes[APP].state, CMRX_PROCESS_STOPPED);
    user_pass(2000000);
    assert_int_equal(processes[APP].state, CMRX_PROCESS_STOPPED);
    assert_int_equal(processes[APP].faults, 1);
}

static void supervisor_is_told(void **state)
{
    (void)state;
    policy_set(SERVER, POLICY_SUPERVISE);
    user_call(TO_SERVER, 0);
    user_fault();
    assert_int_equal(processes[SERVER].state, CMRX_PROCESS_FAULTED);
    assert_runs(BOSS_MAIN);
    assert_status(BOSS_MAIN, CMRX_OK);
    assert_int_equal(*system_at(EVENT(BOSS)), 1 << SERVER);
    assert_status(APP_MAIN, CMRX_DEAD);
    user_control(SERVER, true);
    assert_int_equal(processes[SERVER].state, CMRX_PROCESS_RUNNING);
}

static void supervisor_is_told_of_a_thread_that_ends(void **state)
{
    (void)state;
    policy_set(APP, POLICY_SUPERVISE);
    user_exit(0);
    assert_int_equal(processes[APP].state, CMRX_PROCESS_RUNNING);
    assert_runs(BOSS_MAIN);
    assert_status(BOSS_MAIN, CMRX_OK);
    assert_int_equal(*system_at(EVENT(BOSS)), 1 << APP);
}

static void nobody_is_told_of_a_thread_of_another_policy(void **state)
{
    (void)state;
    policy_set(APP, POLICY_STOP);
    user_exit(0);
    assert_int_equal(*system_at(EVENT(BOSS)), 0);
    assert_int_equal(threads[BOSS_MAIN].state, CMRX_THREAD_WAITING);
}

static void supervisor_may_be_down_itself(void **state)
{
    (void)state;
    policy_set(APP, POLICY_SUPERVISE);
    boss_wakes();
    user_control(BOSS, false);
    assert_runs(APP_MAIN);
    user_fault();
    assert_int_equal(processes[APP].state, CMRX_PROCESS_FAULTED);
}

static void policy_reset_resets(void **state)
{
    (void)state;
    policy_set(APP, POLICY_RESET);
    assert_int_equal(fake_fault(CMRX_FAULT_ACCESS, 0, 0), FAKE_WAS_RESET);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(restart_restores_all_memory),
    cmocka_unit_test(restart_clears_the_stacks),
    cmocka_unit_test(restart_counts_the_generation),
    cmocka_unit_test(restart_begins_the_threads_that_are_not_dormant),
    cmocka_unit_test(process_can_restart_itself),
    cmocka_unit_test(stopped_process_does_nothing_any_more),
    cmocka_unit_test(stopped_process_can_be_started),
    cmocka_unit_test(device_is_silenced_when_its_driver_ends),
    cmocka_unit_test(control_needs_the_right),
    cmocka_unit_test(visitor_has_the_rights_of_where_it_is),
    cmocka_unit_test(idle_cannot_be_controlled),
    cmocka_unit_test(status_tells_state_generation_and_faults),
    cmocka_unit_test(first_restart_is_at_once_then_they_are_put_off),
    cmocka_unit_test(back_off_never_begins_anew),
    cmocka_unit_test(faults_are_counted_up_to_what_fits),
    cmocka_unit_test(sound_second_is_a_new_beginning),
    cmocka_unit_test(not_quite_a_sound_second_is_none),
    cmocka_unit_test(second_of_being_stopped_is_not_sound),
    cmocka_unit_test(callers_find_a_resting_process_closed),
    cmocka_unit_test(rest_ends_when_somebody_decides),
    cmocka_unit_test(policy_stop_leaves_it_down),
    cmocka_unit_test(supervisor_is_told),
    cmocka_unit_test(supervisor_is_told_of_a_thread_that_ends),
    cmocka_unit_test(nobody_is_told_of_a_thread_of_another_policy),
    cmocka_unit_test(supervisor_may_be_down_itself),
    cmocka_unit_test(policy_reset_resets),
};

GROUP_MAIN(tests)
