// test_time.c - the clock, and many deadlines.

#include "scene.h"

#define MANY  64u
#define PAUSE FAKE_PAUSE // between two things that are due

static uint64_t time_of(unsigned thread)
{
    user_trap(CMRX_SYS_TIME, 0, 0, 0, 0);
    struct cmrx_reply reply = user_reply(thread);
    return reply.low | (uint64_t)reply.high << 32;
}

static void begin_with_clock(void **state)
{
    static const uint32_t clocks[][2] = {
        { 1, 1 }, { 25, 2 }, { 3, 7 }, { 168, 1 }, { 2, 125 }
    };
    const uint32_t *rate = clocks[(uintptr_t)*state];

    scene_plan();
    plan.clock_ticks = rate[0];
    plan.clock_us = rate[1];
    scene_start();
}

static void no_microsecond_is_lost(void **state)
{
    begin_with_clock(state);
    for (unsigned i = 0; i < 1000; i++) {
        user_wait(0, 0, user_now() + 1 + i % 7 * 1000);
        while (user_running() != APP_MAIN) {
            fake_pass(fake_alarm_in());
            REQUIRE(fake_alarm() == FAKE_RESUMED);
        }
        assert_int_equal(time_of(APP_MAIN), user_now());
    }
    assert_true(fake.restarts > 1000);
}

static void clock_goes_on_past_32_bits(void **state)
{
    (void)state;
    scene_begin();
    user_pass(0x100000005u);
    assert_int_equal(time_of(APP_MAIN), 0x100000005u);
}

static void far_deadline_is_met(void **state)
{
    (void)state;
    scene_begin();
    uint64_t deadline = user_now() + 5 * (uint64_t)PORT_TICKS_MAX + 12345;
    user_wait(0, 0, deadline);
    user_pass(deadline - user_now() - 10);
    assert_runs(APP_LOW);
    user_pass(100);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
}

static void deadlines_at_the_reach_of_the_clock_are_met(void **state)
{
    (void)state;
    scene_begin();
    for (unsigned i = 0; i < 8; i++) {
        // As far as the clock can count, when it is set next.
        uint64_t us = (uint64_t)fake_alarm_in() + PORT_TICKS_MAX - 4 + i;
        uint64_t until = user_now() + us;
        user_wait(0, 0, until);
        user_pass(fake_alarm_in());
        time_check(); // the alarm is not set for later
        user_pass(until + 100 - user_now());
        assert_runs(APP_MAIN);
        user_pass(4 * PAUSE); // nothing is due any more
    }
}

static void no_deadline_is_met_early(void **state)
{
    (void)state;
    scene_plan();
    plan.clock_ticks = 25;
    plan.clock_us = 2;
    scene_start();
    for (unsigned us = 1; us < 200; us++) {
        uint64_t deadline = user_now() + us;
        user_wait(0, 0, deadline);
        while (user_running() != APP_MAIN) {
            fake_pass(fake_alarm_in());
            REQUIRE(fake_alarm() == FAKE_RESUMED);
        }
        assert_true(user_now() >= deadline);
        assert_true(user_now() <= deadline + 50); // of them 2 * PAUSE
    }
}

// Those that come soon after one that has woken somebody.
static void alarms_settle(void)
{
    while (fake_alarm_in() <= PAUSE) {
        fake_pass(fake_alarm_in());
        REQUIRE(fake_alarm() == FAKE_RESUMED);
    }
}

// The alarm may come a little late, but need not come twice for a deadline.
static void one_alarm_is_enough(void **state)
{
    begin_with_clock(state);
    for (unsigned us = 1; us < 40000; us += us / 16 + 1) {
        uint64_t deadline = user_now() + us;
        user_wait(0, 0, deadline);
        fake_pass(fake_alarm_in());
        REQUIRE(fake_alarm() == FAKE_RESUMED);
        assert_true(user_now() >= deadline);
        assert_runs(APP_MAIN);
        alarms_settle();
    }
}

static void late_alarm_does_no_harm(void **state)
{
    (void)state;
    scene_begin();
    user_wait(0, 0, user_now() + 100);
    fake_pass(5000);
    assert_int_equal(fake_alarm_in(), 0);
    assert_int_equal(fake_alarm(), FAKE_RESUMED);
    assert_runs(APP_MAIN);
    assert_int_equal(time_of(APP_MAIN), user_now());
}

// The alarm is one for a turn, and comes when a deadline has passed that is after
// that.
static void late_alarm_of_a_turn_leaves_no_deadline_behind(void **state)
{
    (void)state;
    scene_begin();
    user_start(APP_EQUAL, 0);
    fake_pass(fake_alarm_in()); // at once: they share from now on
    REQUIRE(fake_alarm() == FAKE_RESUMED);
    uint32_t alarm = fake_alarm_in();
    boss_wakes();
    user_wait(0, 0, user_now() + alarm + 500);
    REQUIRE(fake_alarm_in() == alarm);
    fake_pass(alarm + 1000);
    REQUIRE(fake_alarm() == FAKE_RESUMED);
    assert_in_range(fake_alarm_in(), 1, PAUSE);
    fake_pass(fake_alarm_in());
    REQUIRE(fake_alarm() == FAKE_RESUMED);
    assert_runs(BOSS_MAIN);
    assert_status(BOSS_MAIN, CMRX_TIMEOUT);
}

// Who is woken has to share from now on: that asks for an alarm at once, but one is
// on its way, and interrupts get in before.
static void pause_is_not_cut_short_by_a_turn(void **state)
{
    (void)state;
    scene_begin();
    user_start(APP_EQUAL, 0);
    user_wait(0, 0, user_now() + 20000);
    assert_runs(APP_EQUAL);
    user_pass(15000); // alone: nobody shares any more
    fake_pass(fake_alarm_in());
    REQUIRE(fake_alarm() == FAKE_RESUMED);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_READY);
    assert_runs(APP_EQUAL);
    assert_int_equal(fake_alarm_in(), PAUSE);
}

static void nearer_deadline_brings_the_alarm_nearer(void **state)
{
    (void)state;
    scene_begin();
    user_wait(0, 0, user_now() + 100000);
    user_wait(0, 0, user_now() + 1000);
    assert_true(fake_alarm_in() <= 1002);
    user_wait(0, 0, user_now() + 50000);
    assert_true(fake_alarm_in() <= 1002);
}

// A clock that is restarted loses a little on some processors, and an alarm
// that is put off again and again would never come.
static void farther_deadline_leaves_the_clock_alone(void **state)
{
    (void)state;
    scene_begin();
    boss_stops(SERVER); // so that nobody has to share
    user_wait(0, 0, user_now() + 1000);
    uint32_t restarts = fake.restarts;
    user_wait(0, 0, user_now() + 2000);
    user_wait(0, 0, user_now() + 3000);
    assert_int_equal(fake.restarts, restarts);
}

// ---- Many

static void many_plan(void)
{
    scene_plan();
    plan_process(POLICY_RESTART, 0);
    for (unsigned i = 0; i < MANY; i++)
        plan_thread(2 + i % 3);
}

static bool is_waiting(unsigned i)
{
    return threads[BOSS_MAIN + 1 + i].state == CMRX_THREAD_WAITING;
}

static unsigned still_waiting(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < MANY; i++)
        n += is_waiting(i);
    return n;
}

// All of them wait, and so do all others but idle.
static void all_wait_until(const uint64_t deadlines[])
{
    while (user_running() != IDLE_MAIN + MANY) {
        unsigned t = user_running();
        user_wait(0, 0, t > BOSS_MAIN ? deadlines[t - BOSS_MAIN - 1] : FOREVER);
    }
}

// Which is 10 microseconds from now.
static void all_wait_for_one_instant(void)
{
    uint64_t deadlines[MANY];

    many_plan();
    scene_start();
    for (unsigned i = 0; i < MANY; i++)
        deadlines[i] = 100000;
    all_wait_until(deadlines);
    user_pass(99990 - user_now());
}

static bool goes_on(void)
{
    return true;
}

// Where there is a pause nobody asks whether it goes on.
static void many_at_one_instant_come_one_by_one(void **state)
{
    (void)state;
    all_wait_for_one_instant();
    fake.goes_on = goes_on;
    assert_int_equal(still_waiting(), MANY);
    fake_pass(fake_alarm_in());
    for (unsigned left = MANY; left-- > 0;) {
        assert_int_equal(fake_alarm(), FAKE_RESUMED); // wakes one
        assert_int_equal(still_waiting(), left);
        fake_pass(fake_alarm_in());
        assert_int_equal(fake_alarm(), FAKE_RESUMED); // forgets its deadline
        assert_int_equal(still_waiting(), left);
        assert_int_equal(fake_alarm_in(), PAUSE); // interrupts get in
        fake_pass(fake_alarm_in());
    }
    for (unsigned i = 0; i < MANY; i++)
        assert_status(BOSS_MAIN + 1 + i, CMRX_TIMEOUT);
}

// Where the processor brings the alarm by itself, without a look at the clock.
static void many_at_one_instant_restart_the_clock_once(void **state)
{
    (void)state;
    all_wait_for_one_instant();
    fake.pends = true;
    fake_pass(fake_alarm_in());
    uint32_t restarts = fake.restarts;
    for (unsigned entries = 2 * MANY; entries-- > 0;) {
        assert_int_equal(fake_alarm(), FAKE_RESUMED);
        assert_true(fake.is_pended);
        assert_int_equal(still_waiting(), entries / 2);
    }
    assert_int_equal(fake.restarts, restarts);
    assert_int_equal(fake_alarm(), FAKE_RESUMED); // nothing is due any more
    assert_false(fake.is_pended);
    assert_int_equal(fake.restarts, restarts + 1);
    assert_true(fake_alarm_in() > PAUSE);
}

// It comes for the turn: what is due later is not taken for due.
static void pended_alarm_of_a_turn_is_not_early(void **state)
{
    (void)state;
    scene_begin();
    fake.pends = true;
    boss_wakes();
    user_wait(0, 0, user_now() + 1000);
    uint32_t restarts = fake.restarts;
    user_start(APP_EQUAL, 0);
    assert_int_equal(fake.restarts, restarts);
    assert_int_equal(fake_alarm_in(), 0);
    REQUIRE(fake_alarm() == FAKE_RESUMED);
    assert_int_equal(threads[BOSS_MAIN].state, CMRX_THREAD_WAITING);
    assert_in_range(fake_alarm_in(), 900, 1000 + PAUSE);
    fake_pass(fake_alarm_in());
    REQUIRE(fake_alarm() == FAKE_RESUMED);
    assert_runs(BOSS_MAIN);
}

static void alarm_is_pended_for_each_who_begin_to_share(void **state)
{
    (void)state;
    scene_begin();
    fake.pends = true;
    for (unsigned i = 0; i < 2; i++) {
        user_start(APP_EQUAL, 0);
        assert_true(fake.is_pended);
        user_pass(10); // it comes
        user_wait(0, 0, user_now() + 15000);
        assert_runs(APP_EQUAL);
        user_exit(0);
        user_pass(16000); // nobody shares any more
        assert_runs(APP_MAIN);
        assert_false(fake.is_pended);
    }
}

static void many_come_in_the_order_of_their_deadlines(void **state)
{
    uint64_t deadlines[MANY];

    (void)state;
    many_plan();
    scene_start();
    for (unsigned i = 0; i < MANY; i++)
        deadlines[i] = 100000 + i * 37 % MANY * 1000;
    all_wait_until(deadlines);
    for (unsigned n = 1; n <= MANY; n++) {
        user_pass(100000 + n * 1000 - 500 - user_now());
        for (unsigned i = 0; i < MANY; i++)
            assert_int_equal(is_waiting(i), deadlines[i] > user_now());
    }
}

// The heap stays one when anything is taken out of it: user.c checks it.
static void any_of_many_can_be_woken_before(void **state)
{
    uint64_t deadlines[MANY];

    (void)state;
    many_plan();
    scene_start();
    for (unsigned i = 0; i < MANY; i++)
        deadlines[i] = 1000000 + (i * 29 + 11) % MANY * 1000;
    all_wait_until(deadlines);
    for (unsigned n = 0; n < MANY; n++) {
        thread_detach(&threads[BOSS_MAIN + 1 + n * 19 % MANY]);
        threads[BOSS_MAIN + 1 + n * 19 % MANY].state = CMRX_THREAD_DORMANT;
        assert_int_equal(still_waiting(), MANY - 1 - n);
        fake_irq(0); // to look at everything
        assert_true(still_waiting() == 0 || timer_slot[timer_heap[0]] == 1);
        for (unsigned at = 1; at < MANY - n; at++)
            assert_true(timer_due[(at - 1) / 4] <= timer_due[at]);
    }
}

#define CLOCK(n)                                                               \
    { "no_microsecond_is_lost " #n, no_microsecond_is_lost, NULL, NULL,        \
      (void *)n##u },                                                          \
    {                                                                          \
        "one_alarm_is_enough " #n, one_alarm_is_enough, NULL, NULL,            \
            (void *)n##u                                                       \
    }

static const struct CMUnitTest tests[] = {
    CLOCK(0),
    CLOCK(1),
    CLOCK(2),
    CLOCK(3),
    CLOCK(4),
    cmocka_unit_test(clock_goes_on_past_32_bits),
    cmocka_unit_test(far_deadline_is_met),
    cmocka_unit_test(deadlines_at_the_reach_of_the_clock_are_met),
    cmocka_unit_test(no_deadline_is_met_early),
    cmocka_unit_test(late_alarm_does_no_harm),
    cmocka_unit_test(late_alarm_of_a_turn_leaves_no_deadline_behind),
    cmocka_unit_test(pause_is_not_cut_short_by_a_turn),
    cmocka_unit_test(nearer_deadline_brings_the_alarm_nearer),
    cmocka_unit_test(farther_deadline_leaves_the_clock_alone),
    cmocka_unit_test(many_at_one_instant_come_one_by_one),
    cmocka_unit_test(many_at_one_instant_restart_the_clock_once),
    cmocka_unit_test(pended_alarm_of_a_turn_is_not_early),
    cmocka_unit_test(alarm_is_pended_for_each_who_begin_to_share),
    cmocka_unit_test(many_come_in_the_order_of_their_deadlines),
    cmocka_unit_test(any_of_many_can_be_woken_before),
};

GROUP_MAIN(tests)
