// test_chain.c - threads that wait for each other in a row, or in a circle: an alarm
// each, and it ends.

#include "owed.h"

#define MUTEX(number)   system_word(APP, 50 + (number))
#define TAKEN(thread)   (system_stack(thread) + 200)
#define CROWD_THREADS   30u
#define CROWD_PRIORITY  4u // of the last
#define CROWD_LAST      (BOSS_MAIN + CROWD_THREADS)
#define assert_stale(t) assert_true(threads[t].stale)

// Returns how many come.
static unsigned alarms_come(void)
{
    unsigned count = 0;

    while (invariants_owed() && count < 1000) {
        alarm_come();
        count++;
    }
    return count;
}

static void wait_for(uint32_t word)
{
    user_trap(CMRX_SYS_WAIT | CMRX_WAIT_OWNER, word, *system_at(word),
              UINT32_MAX, UINT32_MAX);
}

static void take(unsigned number, unsigned thread)
{
    assert_runs(thread);
    assert_true(*system_at(MUTEX(number)) <= 1);
    *system_at(MUTEX(number)) |= TAKEN(thread);
}

// APP_LOW lets its equals run.
static void until(unsigned thread)
{
    for (unsigned i = 0; user_running() != thread && i < 100; i++) {
        user_pass(100);
        user_yield();
    }
    assert_runs(thread);
}

static void plan_crowd(void)
{
    scene_plan();
    plan_process(POLICY_RESTART, 0);
    for (unsigned i = 0; i < CROWD_THREADS; i++)
        plan_thread(1);
    plan.threads[CROWD_LAST].priority = CROWD_PRIORITY;
}

// It waits for nothing.
static void last_is_wrong(void)
{
    assert_int_equal(threads[CROWD_LAST].state, CMRX_THREAD_WAITING);
    threads[CROWD_LAST].priority = 2;
    owe_loan(&threads[CROWD_LAST], CROWD_PRIORITY);
}

static void last_is_right(void)
{
    assert_int_equal(threads[CROWD_LAST].priority, CROWD_PRIORITY);
}

// APP_LOW (2) has mutex 0, APP_MAIN (3) has 1 and wakes up after 1 ms, APP_EQUAL (3) has
// 2 and wakes up after 2 ms, APP_EXTRA (4) wakes up after 3 ms.
static void all_have_one(void)
{
    plan_crowd();
    scene_start();
    assert_runs(CROWD_LAST);
    user_wait(0, 0, UINT64_MAX);
    user_start(APP_EXTRA, 0);
    user_wait(0, 0, user_now() + 3000);
    user_start(APP_EQUAL, 0);
    take(1, APP_MAIN);
    user_wait(0, 0, user_now() + 1000);
    take(2, APP_EQUAL);
    user_wait(0, 0, user_now() + 2000);
    take(0, APP_LOW);
    fake.pends = true;
}

// APP_EQUAL waits for APP_MAIN, he for APP_LOW.
static void two_wait(void)
{
    all_have_one();
    until(APP_MAIN);
    wait_for(MUTEX(0));
    until(APP_EQUAL);
    wait_for(MUTEX(1));
}

// And APP_EXTRA for APP_EQUAL.
static void row_of_three(void)
{
    two_wait();
    assert_int_equal(threads[APP_LOW].priority, 3);
    assert_false(invariants_owed());
    until(APP_EXTRA);
    wait_for(MUTEX(2));
    invariants_check();
}

static void priorities_are(unsigned equal, unsigned main, unsigned low)
{
    assert_int_equal(threads[APP_EQUAL].priority, equal);
    assert_int_equal(threads[APP_MAIN].priority, main);
    assert_int_equal(threads[APP_LOW].priority, low);
}

static void each_of_a_row_takes_an_alarm(void **state)
{
    (void)state;
    row_of_three();
    assert_stale(APP_EQUAL);
    priorities_are(3, 3, 3);
    alarm_come();
    assert_stale(APP_MAIN);
    priorities_are(4, 3, 3);
    alarm_come();
    assert_stale(APP_LOW);
    priorities_are(4, 4, 3);
    alarm_come();
    assert_false(invariants_owed());
    priorities_are(4, 4, 4);
    assert_runs(APP_LOW);
}

// One that wants no more (its process is restarted) takes it back in the same way.
static void row_is_taken_back_likewise(void **state)
{
    (void)state;
    row_of_three();
    assert_int_equal(alarms_come(), 3);
    threads[APP_EXTRA].base = threads[APP_EXTRA].priority = 3;
    owe_loan(&threads[APP_EQUAL], threads[APP_EQUAL].priority);
    assert_int_equal(alarms_come(), 3);
    priorities_are(3, 3, 3);
}

// A line between two alarms that wakes one who stands at the end of another row.
static void line_between_begins_another_row(void **state)
{
    (void)state;
    row_of_three();
    alarm_come();
    last_is_wrong();
    assert_stale(APP_MAIN);
    alarm_come();
    last_is_right();
    assert_int_equal(threads[APP_MAIN].priority, 3);
    assert_int_equal(alarms_come(), 3); // from the first on: APP_MAIN, APP_LOW
    priorities_are(4, 4, 4);
}

// Who is meant is LOOKS and more further on.
static void alarm_looks_at_so_many(void **state)
{
    (void)state;
    all_have_one();
    last_is_wrong();
    owe_loan(&threads[APP_MAIN], threads[APP_MAIN].priority); // rightly 3
    alarm_come();
    assert_false(threads[APP_MAIN].stale);
    for (unsigned i = 0; i <= CROWD_LAST / LOOKS; i++) {
        assert_stale(CROWD_LAST);
        alarm_come();
    }
    last_is_right();
    assert_false(invariants_owed());
}

static void who_has_ended_does_not_matter(void **state)
{
    (void)state;
    all_have_one();
    owe_loan(&threads[APP_EQUAL], threads[APP_EQUAL].priority);
    assert_stale(APP_EQUAL);
    last_is_wrong();
    running = &threads[APP_LOW];
    user_fault(); // told late: APP begins anew
    invariants_check();
    assert_int_equal(threads[APP_EQUAL].state, CMRX_THREAD_DORMANT);
    assert_true(invariants_owed());
    alarms_come();
    assert_false(threads[APP_EQUAL].stale);
    last_is_right();
}

// ---- Whoever is more urgent than all of them

// APP_EXTRA's deadline passes, and the boss has just woken up.
static void row_is_broken_beside_the_boss(void)
{
    two_wait();
    until(APP_EXTRA);
    uint64_t end = user_now() + 4000;
    user_trap(CMRX_SYS_WAIT | CMRX_WAIT_OWNER, MUTEX(2), *system_at(MUTEX(2)),
              (uint32_t)end, (uint32_t)(end >> 32));
    alarms_come();
    priorities_are(4, 4, 4);
    boss_wakes();
    user_pass(4000 + 100); // an alarm may be late
    assert_int_equal(threads[APP_EXTRA].state, CMRX_THREAD_READY);
}

// Nothing comes of a look for him; and for nobody else, while he runs.
static void looks_are_behind_who_is_more_urgent(void **state)
{
    (void)state;
    row_is_broken_beside_the_boss();
    invariants_check();
    kernel_check();
    assert_runs(BOSS_MAIN);
    assert_stale(APP_EQUAL);
    priorities_are(4, 4, 4);
    boss_sleeps();
    assert_true(fake.is_pended);
    assert_int_equal(alarms_come(), 3);
    priorities_are(3, 3, 3);
    assert_runs(APP_EXTRA);
}

// His deadline passes while they are looked at.
static void looks_are_behind_what_becomes_due(void **state)
{
    (void)state;
    two_wait();
    until(APP_EXTRA);
    boss_wakes();
    user_wait(0, 0, user_now() + 50);
    wait_for(MUTEX(2));
    alarm_come();
    assert_stale(APP_MAIN);
    fake_pass(50);
    while (fake.is_pended)
        alarm_come();
    assert_runs(BOSS_MAIN);
    assert_stale(APP_MAIN);
    boss_sleeps();
    assert_int_equal(alarms_come(), 2);
    priorities_are(4, 4, 4);
}

// Also where it would be raised in passing, as it is in no queue.
static void who_is_marked_is_raised_by_a_look_only(void **state)
{
    (void)state;
    all_have_one();
    owe_loan(&threads[CROWD_LAST], CROWD_PRIORITY);
    inherit_inside(&threads[CROWD_LAST], CROWD_PRIORITY + 1);
    last_is_right();
    assert_int_equal(clock.owed.most, CROWD_PRIORITY + 1);
    inherit_inside(&threads[APP_MAIN], CROWD_PRIORITY);
    assert_int_equal(threads[APP_MAIN].priority, CROWD_PRIORITY);
    owe_loan(&threads[APP_MAIN], CROWD_PRIORITY);
    alarms_come();
    last_is_right();
    assert_int_equal(threads[APP_MAIN].priority, 3);
}

// ---- A circle: each has what the next one waits for

static const uint8_t circle[] = { APP_LOW, APP_MAIN, APP_EQUAL };
#define CIRCLE 3u

static void circle_of_three(void)
{
    two_wait();
    assert_runs(APP_LOW);
    wait_for(MUTEX(2));
    assert_true(alarms_come() <= CIRCLE);
    priorities_are(3, 3, 3);
}

// Each digit of `number` to base 3 is a priority from 1 on.
static unsigned digit(unsigned number, unsigned at)
{
    while (at-- > 0)
        number /= 3;
    return number % 3 + 1;
}

// Who is wrong is known to be; `more` may be, too.
static void circle_is_stirred(unsigned priorities, unsigned bases,
                              unsigned more)
{
    for (unsigned i = 0; i < CIRCLE; i++) {
        struct thread *t = &threads[circle[i]];
        t->priority = (uint8_t)digit(priorities, i);
        t->base = (uint8_t)digit(bases, i);
    }
    for (unsigned i = 0; i < CIRCLE; i++) {
        struct thread *t = &threads[circle[i]];
        if (inherit_deserved(t) != t->priority || (more >> i & 1) != 0)
            owe_loan(t, 3);
    }
}

static bool is_at_rest(void)
{
    bool found = true;

    for (unsigned i = 0; i < CIRCLE; i++)
        found &= threads[circle[i]].priority ==
                 inherit_deserved(&threads[circle[i]]);
    return found;
}

// From any priorities, with any of them to be looked at: two rounds for each of these
// at most.
static void circle_comes_to_rest(void **state)
{
    unsigned most = 0;

    (void)state;
    circle_of_three();
    for (unsigned n = 0; n < 27 * 27 * 8; n++) {
        circle_is_stirred(n % 27, n / 27 % 27, n / (27 * 27));
        unsigned count = 0;
        while (invariants_owed() && count++ < 100)
            owed_look();
        assert_true(is_at_rest());
        most = count > most ? count : most;
    }
    assert_in_range(most, CIRCLE + 1,
                    2 * CIRCLE * CIRCLE * (CROWD_LAST / LOOKS));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_of_a_row_takes_an_alarm),
    cmocka_unit_test(row_is_taken_back_likewise),
    cmocka_unit_test(line_between_begins_another_row),
    cmocka_unit_test(alarm_looks_at_so_many),
    cmocka_unit_test(who_has_ended_does_not_matter),
    cmocka_unit_test(looks_are_behind_who_is_more_urgent),
    cmocka_unit_test(looks_are_behind_what_becomes_due),
    cmocka_unit_test(who_is_marked_is_raised_by_a_look_only),
    cmocka_unit_test(circle_comes_to_rest),
};

GROUP_MAIN(tests)
