// test_give_way.c - what takes long gives way to a line that waits, before it changes
// anything, and is made again behind it.

#include "invariants.h"
#include "mender.h"

#include <string.h>

#define MUTEX         system_word(APP, 50)
#define TAKEN(thread) (system_stack(thread) + 200)
#define TRAP_BYTES    2u

// The boss is woken by the line, and sleeps again. Then all is as without.
static void gives_way(uint32_t word, uint32_t a, uint32_t b, uint64_t last)
{
    unsigned thread = user_running(), asks = fake.asks;
    struct port_frame *frame = user_frame(thread);
    const uint32_t r[] = { a, b, (uint32_t)last, (uint32_t)(last >> 32) };
    uint32_t pc = frame->pc;

    memcpy(frame->r, r, sizeof r);
    frame->word = word;
    fake.line_waits = true;
    REQUIRE(fake_syscall() == FAKE_RESUMED);
    fake.line_waits = false;
    invariants_check();
    assert_runs(thread);
    assert_int_equal(fake.asks, asks + 1);
    assert_int_equal(frame->pc, pc - TRAP_BYTES);
    assert_int_equal(frame->r[0], a);
    assert_int_equal(frame->r[1], b);
    boss_wakes();
    boss_sleeps();
    assert_runs(thread);
    frame->pc = pc;
    user_trap(frame->word, a, b, frame->r[2], frame->r[3]);
}

static void main_waits_for_low(void)
{
    scene_begin();
    *system_at(MUTEX) = TAKEN(APP_LOW);
    gives_way(CMRX_SYS_WAIT | CMRX_WAIT_OWNER, MUTEX, TAKEN(APP_LOW), FOREVER);
}

static void who_waits_for_a_mutex(void **state)
{
    (void)state;
    main_waits_for_low();
    assert_runs(APP_LOW);
    assert_int_equal(threads[APP_LOW].priority, 3);
    assert_int_equal(*system_at(MUTEX), TAKEN(APP_LOW) | 1);
}

static void who_gives_a_mutex_back(void **state)
{
    (void)state;
    main_waits_for_low();
    *system_at(MUTEX) = 0;
    gives_way(CMRX_SYS_WAKE, MUTEX, 1, 0);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(threads[APP_LOW].priority, 2);
    assert_int_equal(user_reply(APP_LOW).low, 1);
}

static void low_waits_for_the_event(void)
{
    scene_begin();
    user_wait(0, 0, user_now() + 500);
    user_wait(EVENT(APP), 0, FOREVER);
    user_pass(500 + SLACK);
    assert_runs(APP_MAIN);
}

static void who_posts(void **state)
{
    (void)state;
    low_waits_for_the_event();
    gives_way(CMRX_SYS_POST, APP, 6, 0);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(*system_at(EVENT(APP)), 6);
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_READY);
}

// Before it looks, when it has, and where nobody else of its priority waits, who takes
// its place.
static void wake_asks_once_more_for_the_last(void **state)
{
    (void)state;
    low_waits_for_the_event();
    user_start(APP_EXTRA, 0);
    user_priority(2);
    user_wait(0, 0, user_now() + 500); // APP_MAIN
    user_wait(EVENT(APP), 0, FOREVER);
    user_pass(500 + SLACK);
    assert_runs(APP_MAIN);
    for (unsigned more = 0; more < 2; more++) {
        unsigned asks = fake.asks;
        user_wake(EVENT(APP), 1);
        assert_int_equal(fake.asks - asks, 2 + more);
    }
    assert_int_equal(threads[APP_EXTRA].state, CMRX_THREAD_READY);
}

// As the kernel has it where it does not ask.
static void who_makes_up_its_ticket(void **state)
{
    (void)state;
    low_waits_for_the_event();
    gives_way(CMRX_SYS_WAKE | 1u << 8, EVENT(APP), 2, UINT64_MAX);
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_READY);
}

// Somebody may have taken them when it is made again.
static void bits_are_set_once(void **state)
{
    (void)state;
    low_waits_for_the_event();
    struct port_frame *frame = user_frame(APP_MAIN);
    *frame = (struct port_frame){ .word = CMRX_SYS_POST,
                                  .pc = 100,
                                  .r = { APP, 6, 0, 0 } };
    fake.line_waits = true;
    REQUIRE(fake_syscall() == FAKE_RESUMED);
    fake.line_waits = false;
    assert_int_equal(*system_at(EVENT(APP)), 6);
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_WAITING);
    *system_at(EVENT(APP)) = 0;
    REQUIRE(fake_syscall() == FAKE_RESUMED);
    assert_int_equal(*system_at(EVENT(APP)), 0);
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_READY);
}

static void who_calls_with_a_deadline(void **state)
{
    uint64_t deadline;

    (void)state;
    scene_begin();
    user_wait(0, 0, user_now() + 200);
    user_call(TO_SERVER, 0); // APP_LOW
    user_pass(200 + SLACK);
    deadline = user_now() + 5000;
    running->context.kept[0] = 0;
    running->context.kept[1] = (uint32_t)deadline;
    running->context.kept[2] = (uint32_t)(deadline >> 32);
    gives_way(CMRX_SYS_CALL_UNTIL | TO_SERVER << 8, 1, 2, 0x300000004u);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    assert_runs(APP_LOW);
    assert_int_equal(threads[APP_LOW].priority, 3);
    assert_int_equal(user_frame(APP_MAIN)->r[3], 4);
}

static void who_waits_until_then(void **state)
{
    (void)state;
    scene_begin();
    gives_way(CMRX_SYS_WAIT, 0, 0, user_now() + 300);
    assert_runs(APP_LOW);
    user_pass(300 + SLACK);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
}

// Who has waited for a monitor comes in when it is left by a wait.
static void who_leaves_a_monitor_to_wait(void **state)
{
    (void)state;
    scene_begin();
    user_wait(0, 0, user_now() + 200);
    user_call(TO_SERVER, 0); // APP_LOW
    user_pass(200 + SLACK);
    user_call(TO_SERVER, 0);
    assert_runs(APP_LOW);
    gives_way(CMRX_SYS_WAIT, 0, 0, FOREVER);
    assert_runs(APP_MAIN);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_MAIN]);
}

static void who_returns_by_the_long_way(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    gives_way(CMRX_SYS_RETURN, 7, 8, 0);
    assert_inside(APP_MAIN, APP);
    assert_int_equal(user_reply(APP_MAIN).low, 7);
    assert_status(APP_MAIN, CMRX_OK);
}

static void who_ends(void **state)
{
    (void)state;
    scene_begin();
    gives_way(CMRX_SYS_THREAD_EXIT, 9, 0, 0);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_DORMANT);
    assert_int_equal(threads[APP_MAIN].exit_result, 9);
}

// ---- An alarm

// The deadline of the call has passed, and nobody has said so yet.
static void late_scene(bool pends)
{
    scene_begin();
    user_call_until(TO_SERVER, 1, user_now() + 500);
    user_wait(0, 0, FOREVER);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_WAITING);
    fake.pends = pends;
    while (fake_alarm_in() > 0 && fake.alarms < 100) {
        fake_pass(fake_alarm_in());
        if (user_now() > 500)
            break;
        REQUIRE(fake_alarm() == FAKE_RESUMED);
    }
}

static void alarm_comes(void)
{
    fake_pass(fake_alarm_in());
    REQUIRE(fake_alarm() == FAKE_RESUMED);
    invariants_check();
}

static void alarm_for_a_call_that_is_late(void **state)
{
    (void)state;
    late_scene(true);
    fake.line_waits = true;
    alarm_comes();
    assert_true(fake.is_pended);
    assert_false(threads[APP_MAIN].hurried);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_WAITING);
    fake.line_waits = false;
    alarm_comes();
    assert_true(threads[APP_MAIN].hurried);
    assert_status(APP_MAIN, CMRX_CANCELLED);
}

// It asks once more when it knows whose call that is.
static void alarm_for_a_call_that_is_found_to_be_late(void **state)
{
    (void)state;
    late_scene(true);
    fake.line_waits = true;
    fake.comes_after = fake.asks + 1;
    alarm_comes();
    assert_false(threads[APP_MAIN].hurried);
    fake.line_waits = false;
    alarm_comes();
    assert_true(threads[APP_MAIN].hurried);
}

static void alarm_for_who_has_waited(void **state)
{
    (void)state;
    scene_begin();
    user_wait(0, 0, 500);
    fake.pends = true;
    fake_pass((uint32_t)(500 + SLACK - user_now()));
    fake.line_waits = true;
    alarm_comes();
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_WAITING);
    fake.line_waits = false;
    alarm_comes();
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
}

// When it has found the word, and who takes its place there: behind each.
static void alarm_for_who_has_waited_for_a_word(void **state)
{
    unsigned asks = *(const unsigned *)*state;

    scene_begin();
    user_wait(EVENT(APP), 0, 500);
    fake.pends = true;
    fake_pass((uint32_t)(500 + SLACK - user_now()));
    fake.line_waits = true;
    fake.comes_after = fake.asks + asks;
    fake.said_so = false;
    alarm_comes();
    assert_int_equal(threads[APP_MAIN].state,
                     asks < 2 ? CMRX_THREAD_WAITING : CMRX_THREAD_READY);
    assert_int_equal(fake.said_so, asks < 2);
}

// Or programs could put it off for ever.
static void not_where_programs_would_run_before_the_next(void **state)
{
    (void)state;
    late_scene(false);
    fake.line_waits = true;
    alarm_comes();
    assert_true(threads[APP_MAIN].hurried);
}

static unsigned behind[] = { 0, 1, 2 };

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(who_waits_for_a_mutex),
    cmocka_unit_test(who_gives_a_mutex_back),
    cmocka_unit_test(who_posts),
    cmocka_unit_test(wake_asks_once_more_for_the_last),
    cmocka_unit_test(who_makes_up_its_ticket),
    cmocka_unit_test(bits_are_set_once),
    cmocka_unit_test(who_calls_with_a_deadline),
    cmocka_unit_test(who_waits_until_then),
    cmocka_unit_test(who_leaves_a_monitor_to_wait),
    cmocka_unit_test(who_returns_by_the_long_way),
    cmocka_unit_test(who_ends),
    cmocka_unit_test(alarm_for_a_call_that_is_late),
    cmocka_unit_test(alarm_for_a_call_that_is_found_to_be_late),
    cmocka_unit_test(alarm_for_who_has_waited),
    cmocka_unit_test_prestate(alarm_for_who_has_waited_for_a_word, &behind[0]),
    cmocka_unit_test_prestate(alarm_for_who_has_waited_for_a_word, &behind[1]),
    cmocka_unit_test_prestate(alarm_for_who_has_waited_for_a_word, &behind[2]),
    cmocka_unit_test(not_where_programs_would_run_before_the_next),
};

GROUP_MAIN(tests)
