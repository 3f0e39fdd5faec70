// test_sched.c - who runs, and for how long.

#include "scene.h"

#define TURN  5000u
#define PAUSE FAKE_PAUSE // between two things that are due

// MAIN and EQUAL are ready, at priority 3; MAIN runs, its turn begins.
static void two_equals(void)
{
    scene_begin();
    user_start(APP_EQUAL, 0);
    assert_runs(APP_MAIN);
}

static void most_urgent_runs(void **state)
{
    (void)state;
    scene_begin();
    user_start(APP_EXTRA, 0);
    assert_runs(APP_EXTRA);
    user_exit(0);
    assert_runs(APP_MAIN);
    user_exit(0);
    assert_runs(APP_LOW);
    user_exit(0);
    assert_runs(MIDDLE_MAIN);
    user_exit(0);
    assert_runs(SERVER_MAIN);
    user_exit(0);
    assert_runs(IDLE_MAIN);
}

static void equals_take_turns(void **state)
{
    (void)state;
    two_equals();
    for (unsigned i = 0; i < 10; i++) {
        uint64_t begun = user_now();
        unsigned who = user_running(), other = APP_MAIN + APP_EQUAL - who;
        while (user_running() == who)
            user_pass(1);
        assert_runs(other);
        assert_in_range(user_now() - begun, TURN, TURN + 8 * PORT_TICKS_MIN);
    }
}

static void who_is_alone_needs_no_alarm(void **state)
{
    (void)state;
    scene_begin();
    user_pass(TURN);
    uint32_t alarms = fake.alarms;
    user_pass(PORT_TICKS_MAX / 2);
    assert_true(fake.alarms <= alarms + 1);
}

static void yield_lets_the_next_run_for_half_a_turn_at_least(void **state)
{
    (void)state;
    two_equals();
    user_pass(4000);
    user_yield();
    assert_status(APP_MAIN, CMRX_OK);
    assert_runs(APP_EQUAL);
    user_pass(TURN / 2);
    assert_runs(APP_EQUAL);
    user_pass(TURN / 2);
    assert_runs(APP_MAIN);
}

// Many yields, and nobody looks at the clock for them.
static void yield_does_not_set_the_alarm(void **state)
{
    (void)state;
    two_equals();
    uint32_t restarts = fake.restarts;
    for (unsigned i = 0; i < 100; i++) {
        assert_runs(i % 2 == 0 ? APP_MAIN : APP_EQUAL);
        user_yield();
    }
    assert_int_equal(fake.restarts, restarts);
}

static void yield_of_who_is_alone_changes_nothing(void **state)
{
    (void)state;
    scene_begin();
    user_yield();
    assert_runs(APP_MAIN);
}

static void preempted_goes_on_first(void **state)
{
    (void)state;
    two_equals();
    user_pass(1000);
    boss_wakes();
    boss_sleeps();
    assert_runs(APP_MAIN);
}

static void turn_is_counted_across_preemption(void **state)
{
    (void)state;
    two_equals();
    for (unsigned i = 0; i < 4; i++) {
        user_pass(1000);
        boss_wakes();
        boss_sleeps();
        assert_runs(APP_MAIN);
    }
    user_pass(1000 + 2 * PORT_TICKS_MIN);
    assert_runs(APP_EQUAL);
}

// Turns must not bring alarms for as long as somebody more urgent runs: one comes at
// once, one in the middle, one ends it, and at one nobody shares any more.
static void turn_of_who_is_preempted_ends(void **state)
{
    (void)state;
    two_equals();
    boss_wakes();
    uint32_t alarms = fake.alarms;
    user_pass(10 * TURN);
    assert_true(fake.alarms <= alarms + 4);
    boss_sleeps();
    assert_runs(APP_EQUAL); // MAIN has had its turn
}

// Also one that has come for something else, in the very microsecond: a deadline is
// met, it is forgotten, and then there is time to look at the turn.
static void any_alarm_ends_a_turn(void **state)
{
    (void)state;
    two_equals();
    fake_pass(fake_alarm_in());
    REQUIRE(fake_alarm() == FAKE_RESUMED);
    uint64_t middle = user_now() + TURN / 2;
    boss_wakes();
    user_wait(0, 0, middle - 1000);
    fake_pass((uint32_t)(middle - user_now()) - 2 * PAUSE);
    for (unsigned i = 0; i < 3; i++) {
        REQUIRE(fake_alarm() == FAKE_RESUMED);
        assert_runs(BOSS_MAIN);
        REQUIRE(user_now() + fake_alarm_in() <= middle || i == 2);
        if (i < 2)
            fake_pass(fake_alarm_in());
    }
    assert_int_equal(user_now(), middle);
    assert_in_range(fake_alarm_in(), TURN / 2, TURN / 2 + 8);
}

static void who_waits_gives_up_its_turn(void **state)
{
    (void)state;
    two_equals();
    user_pass(3000);
    user_wait(0, 0, user_now() + 100);
    assert_runs(APP_EQUAL);
    user_pass(200); // MAIN is back, behind
    assert_runs(APP_EQUAL);
    user_pass(TURN / 2 - 200);
    assert_runs(APP_EQUAL);
    user_pass(TURN / 2);
    assert_runs(APP_MAIN);
}

static void lower_priority_lets_others_run(void **state)
{
    (void)state;
    scene_begin();
    user_priority(1);
    assert_runs(APP_LOW);
    assert_status(APP_MAIN, CMRX_OK);
    user_exit(0);
    assert_runs(MIDDLE_MAIN);
    user_exit(0);
    assert_runs(SERVER_MAIN);
    user_exit(0);
    assert_runs(APP_MAIN); // behind its new equals
    user_priority(3);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(running->priority, 3);
}

static void priority_outside_of_what_was_declared_is_refused(void **state)
{
    static const uint32_t refused[] = { 0, 4, 5, 32, 256 + 3, UINT32_MAX };

    (void)state;
    scene_begin();
    for (unsigned i = 0; i < 6; i++) {
        user_priority(refused[i]);
        assert_status(APP_MAIN, CMRX_INVALID);
        assert_int_equal(running->priority, 3);
    }
}

static void server_does_not_set_the_pace_of_its_caller(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_priority(1);
    assert_status(APP_MAIN, CMRX_DENIED);
    assert_int_equal(running->priority, 3);
}

static void map_is_loaded_only_when_it_changes(void **state)
{
    (void)state;
    scene_begin();
    uint32_t loads = fake.map_loads;
    user_yield();
    user_post(SERVER, 1);
    assert_int_equal(fake.map_loads, loads);
    user_call(TO_SERVER, 0);
    assert_int_equal(fake.map_loads, loads + 1);
    user_return(0, 0);
    assert_int_equal(fake.map_loads, loads + 2);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(most_urgent_runs),
    cmocka_unit_test(equals_take_turns),
    cmocka_unit_test(who_is_alone_needs_no_alarm),
    cmocka_unit_test(yield_lets_the_next_run_for_half_a_turn_at_least),
    cmocka_unit_test(yield_does_not_set_the_alarm),
    cmocka_unit_test(yield_of_who_is_alone_changes_nothing),
    cmocka_unit_test(preempted_goes_on_first),
    cmocka_unit_test(turn_is_counted_across_preemption),
    cmocka_unit_test(turn_of_who_is_preempted_ends),
    cmocka_unit_test(any_alarm_ends_a_turn),
    cmocka_unit_test(who_waits_gives_up_its_turn),
    cmocka_unit_test(lower_priority_lets_others_run),
    cmocka_unit_test(priority_outside_of_what_was_declared_is_refused),
    cmocka_unit_test(server_does_not_set_the_pace_of_its_caller),
    cmocka_unit_test(map_is_loaded_only_when_it_changes),
};

GROUP_MAIN(tests)
