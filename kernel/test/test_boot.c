// test_boot.c - nothing runs before everything is whole.

#include "invariants.h"
#include "scene.h"

static void all_processes_are_restored_before_a_thread_runs(void **state)
{
    (void)state;
    scene_plan();
    system_boot();
    invariants_check();
    for (unsigned p = APP; p <= IDLE; p++) {
        assert_int_equal(processes[p].state, CMRX_PROCESS_RUNNING);
        assert_int_equal(processes[p].generation, 1);
        for (unsigned n = 0; n < SYSTEM_WORDS; n++)
            assert_int_equal(*system_at(system_word(p, n)),
                             system_initial(p, n));
    }
    assert_runs(BOSS_MAIN);
    assert_int_equal(user_frame(BOSS_MAIN)->pc, system_entry(BOSS_MAIN));
    assert_int_equal(threads[APP_EXTRA].state, CMRX_THREAD_DORMANT);
    assert_int_equal(user_now(), 0);
}

static void clock_begins_when_all_else_is_there(void **state)
{
    (void)state;
    scene_plan();
    plan.clock_ticks = 3;
    plan.clock_us = 7;
    system_build();
    fake_pass(100); // since port_init()
    assert_int_equal(fake_boot(), FAKE_RESUMED);
    user_trap(CMRX_SYS_TIME, 0, 0, 0, 0);
    assert_int_equal(user_reply(BOSS_MAIN).low, 0);
    assert_int_equal(user_reply(BOSS_MAIN).high, 0);
    fake_pass(3);
    user_trap(CMRX_SYS_TIME, 0, 0, 0, 0);
    assert_int_equal(user_reply(BOSS_MAIN).low, 7);
}

static void machine_that_does_not_protect_is_refused(void **state)
{
    (void)state;
    scene_plan();
    system_build();
    fake.refusal = "no protection";
    assert_int_equal(fake_boot(), FAKE_HALTED);
    assert_int_equal(fake.halt_result, 98);
    assert_string_equal(fake.halt_why, "no protection");
    assert_null(running);
    assert_int_equal(fake.map_loads, 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_processes_are_restored_before_a_thread_runs),
    cmocka_unit_test(clock_begins_when_all_else_is_there),
    cmocka_unit_test(machine_that_does_not_protect_is_refused),
};

GROUP_MAIN(tests)
