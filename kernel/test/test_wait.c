// test_wait.c - waiting on words, waking, events.

#include "scene.h"

#define APP_WORD system_word(APP, 50)

static void only_aligned_words_of_the_own_process_can_be_waited_on(void **state)
{
    (void)state;
    scene_begin();
    const uint32_t refused[] = {
        system_word(APP, 50) + 1,
        system_word(APP, 50) + 2,
        system_word(APP, SYSTEM_WORDS),
        system_word(APP, 0) - 4,
        system_word(SERVER, 50),
        system_word(SERVER, SYSTEM_SHARED),
        system_device(APP, 0),
        system_stack(APP_MAIN) + 1000,
        system_public(),
        system_code(APP),
        4,
        0xfffffffcu,
    };
    for (unsigned i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        user_wait(refused[i], 0, FOREVER);
        assert_runs(APP_MAIN);
        assert_status(APP_MAIN, CMRX_INVALID);
        user_wake(refused[i], 1);
        assert_status(APP_MAIN, CMRX_INVALID);
    }
    user_wake(0, 1);
    assert_status(APP_MAIN, CMRX_INVALID);
}

static void first_and_last_word_can_be_waited_on(void **state)
{
    (void)state;
    scene_begin();
    user_wait(system_word(APP, 0), 1, FOREVER);
    assert_status(APP_MAIN, CMRX_CHANGED);
    user_wait(system_word(APP, SYSTEM_WORDS - 1), 1, FOREVER);
    assert_status(APP_MAIN, CMRX_CHANGED);
}

static void inside_a_server_its_words_count(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_wait(APP_WORD, 0, FOREVER);
    assert_status(APP_MAIN, CMRX_INVALID);
    user_wait(system_word(SERVER, 50), 1, FOREVER);
    assert_status(APP_MAIN, CMRX_CHANGED);
}

static void changed_word_is_not_waited_on(void **state)
{
    (void)state;
    scene_begin();
    *system_at(APP_WORD) = 3;
    user_wait(APP_WORD, 2, FOREVER);
    assert_status(APP_MAIN, CMRX_CHANGED);
    assert_runs(APP_MAIN);
    user_wait(APP_WORD, 3, FOREVER);
    assert_runs(APP_LOW);
}

static void woken_goes_on(void **state)
{
    (void)state;
    scene_begin();
    user_wait(APP_WORD, 0, FOREVER);
    assert_runs(APP_LOW);
    user_wake(APP_WORD, 1);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(user_reply(APP_LOW).low, 1);
}

static void other_words_and_processes_wake_nobody(void **state)
{
    (void)state;
    scene_begin();
    user_wait(APP_WORD, 0, FOREVER);
    user_wake(system_word(APP, 51), UINT32_MAX);
    assert_int_equal(user_reply(APP_LOW).low, 0);
    user_wait(0, 0, FOREVER);
    user_wake(system_word(MIDDLE, 50), UINT32_MAX);
    assert_runs(MIDDLE_MAIN);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_WAITING);
}

// MAIN, EQUAL and EXTRA wait on the word, in this order; LOW runs.
static void three_wait(void)
{
    scene_begin();
    user_start(APP_EQUAL, 0);
    user_wait(APP_WORD, 0, FOREVER);
    assert_runs(APP_EQUAL);
    user_start(APP_EXTRA, 0);
    user_wait(APP_WORD, 0, FOREVER);
    assert_runs(APP_EQUAL);
    user_wait(APP_WORD, 0, FOREVER);
    assert_runs(APP_LOW);
}

static unsigned ready_of_app(void)
{
    unsigned which = 0;

    for (unsigned i = APP_MAIN; i <= APP_EXTRA; i++)
        which |= (unsigned)(threads[i].state == CMRX_THREAD_READY) << i;
    return which;
}

static void most_urgent_is_woken_first_then_the_longest_waiting(void **state)
{
    (void)state;
    three_wait();
    user_wake(APP_WORD, 0);
    assert_int_equal(user_reply(APP_LOW).low, 0);
    user_wake(APP_WORD, 1);
    assert_int_equal(ready_of_app(), 1 << APP_LOW | 1 << APP_EXTRA);
    user_wake(APP_WORD, 1); // by EXTRA, which runs now
    assert_int_equal(ready_of_app(),
                     1 << APP_LOW | 1 << APP_EXTRA | 1 << APP_MAIN);
}

static void as_many_are_woken_as_are_asked_for(void **state)
{
    (void)state;
    three_wait();
    user_wake(APP_WORD, 2);
    assert_int_equal(ready_of_app(), 1 << APP_LOW | 1 << APP_EXTRA);
    user_wait(0, 0, FOREVER);
    user_goes_on();
    assert_int_equal(ready_of_app(), 1 << APP_LOW | 1 << APP_MAIN);
    assert_int_equal(user_reply(APP_LOW).low, 2);
}

static void all_are_woken_when_all_are_asked_for(void **state)
{
    (void)state;
    three_wait();
    user_wake(APP_WORD, UINT32_MAX);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(user_running() != APP_LOW);
        user_wait(0, 0, FOREVER);
        user_goes_on();
    }
    assert_runs(APP_LOW);
    assert_int_equal(user_reply(APP_LOW).low, 3);
}

// ---- A wake of many is made in steps

// Two more urgent ones wait again each time they are woken: who has waited for
// longer than that wake lasts is woken all the same.
static void no_wake_wakes_the_same_twice(void **state)
{
    (void)state;
    three_wait();
    user_wake(APP_WORD, UINT32_MAX);
    assert_runs(APP_EXTRA);
    user_wait(APP_WORD, 0, FOREVER);
    user_goes_on(); // LOW wakes MAIN, although EXTRA is more urgent
    assert_runs(APP_MAIN);
    user_wait(APP_WORD, 0, FOREVER);
    user_goes_on();
    assert_runs(APP_EQUAL);
    user_wait(APP_WORD, 0, FOREVER);
    user_goes_on();
    others_sleep(APP_LOW);
    assert_status(APP_LOW, CMRX_OK);
    assert_int_equal(user_reply(APP_LOW).low, 3);
}

// LOW has woken one, and is about to wake the other.
static void first_of_two_is_posted(void)
{
    scene_begin();
    user_wait(EVENT(APP), 0, FOREVER);
    user_wait(EVENT(APP), 0, FOREVER);
    user_post(APP, 1);
    assert_runs(APP_MAIN);
}

// What was posted may be taken before all are woken, and does not come back.
static void post_of_many_sets_the_bits_once(void **state)
{
    (void)state;
    first_of_two_is_posted();
    *system_at(EVENT(APP)) = 0;
    user_wait(0, 0, FOREVER);
    user_goes_on();
    assert_runs(APP_LOW);
    assert_int_equal(*system_at(EVENT(APP)), 0);
}

static void process_that_ends_is_not_posted_to_any_more(void **state)
{
    (void)state;
    first_of_two_is_posted();
    boss_stops(APP);
    user_goes_on();
    assert_runs(MIDDLE_MAIN);
    assert_status(MIDDLE_MAIN, CMRX_CLOSED);
}

// ---- Many words

// Each bit of the address leads somewhere; those that have the same low bits
// stand below each other.
static void every_word_is_found_among_many(void **state)
{
    static const unsigned words[] = { 0, 128, 64, 192, 1, 2, 3, 255, 127, 32 };
    enum { COUNT = sizeof words / sizeof words[0] };

    (void)state;
    scene_plan();
    plan_process(POLICY_RESTART, 0);
    for (unsigned i = 0; i < COUNT; i++)
        plan_thread(2);
    unsigned waker = plan_thread(1), process = plan.process_count - 1;
    scene_start();
    others_sleep(BOSS_MAIN + 1);
    for (unsigned i = 0; i < COUNT; i++) {
        uint32_t word = system_word(process, words[i]);
        user_wait(word, *system_at(word), FOREVER);
    }
    others_sleep(waker);
    for (unsigned i = 0; i < COUNT; i++) {
        unsigned n = (i * 7 + 3) % COUNT;
        user_wake(system_word(process, words[n]), 1);
        assert_runs(BOSS_MAIN + 1 + n);
        user_wait(0, 0, FOREVER);
        assert_int_equal(user_reply(waker).low, 1);
    }
}

// ---- Deadlines

static void deadline_ends_the_wait(void **state)
{
    (void)state;
    scene_begin();
    user_wait(APP_WORD, 0, user_now() + 700);
    user_pass(650);
    assert_runs(APP_LOW);
    user_pass(60);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
}

static void deadline_that_is_past_is_not_waited_for(void **state)
{
    (void)state;
    scene_begin();
    user_pass(1000);
    const uint64_t past[] = { 0, 1, user_now() - 1, user_now() };
    for (unsigned i = 0; i < 4; i++) {
        user_wait(APP_WORD, 0, past[i]);
        assert_runs(APP_MAIN);
        assert_status(APP_MAIN, CMRX_TIMEOUT);
    }
    user_wait(APP_WORD, 0, user_now() + 1);
    assert_runs(APP_LOW);
}

static void forever_and_nearly_so_do_not_end(void **state)
{
    (void)state;
    scene_begin();
    user_wait(APP_WORD, 0, FOREVER);
    assert_int_equal(timer_slot[APP_MAIN], 0);
    user_wait(APP_WORD, 0, FOREVER - 1);
    assert_int_equal(timer_slot[APP_LOW], 1);
    user_pass(100000000);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_WAITING);
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_WAITING);
}

static void woken_has_no_deadline_any_more(void **state)
{
    (void)state;
    scene_begin();
    user_wait(APP_WORD, 0, user_now() + 700);
    user_wake(APP_WORD, 1);
    user_wait(APP_WORD, 0, FOREVER);
    user_pass(1000);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_WAITING);
    assert_int_equal(timer_slot[APP_MAIN], 0);
}

static void next_deadline_takes_the_place_of_the_last(void **state)
{
    (void)state;
    scene_begin();
    user_wait(APP_WORD, 0, user_now() + 700);
    user_wake(APP_WORD, 1);
    user_wait(APP_WORD, 0, user_now() + 2000);
    user_pass(1000);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_WAITING);
    user_wake(APP_WORD, 1);
    user_wait(APP_WORD, 0, user_now() + 300);
    user_pass(400);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
}

static void nothing_can_be_waited_for_too(void **state)
{
    (void)state;
    scene_begin();
    user_wait(0, 99, user_now() + 10);
    assert_runs(APP_LOW);
    user_pass(100);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
}

// ---- Events

static void post_sets_bits_and_wakes_all(void **state)
{
    (void)state;
    three_wait();
    user_wait(EVENT(APP), 0, FOREVER); // LOW
    assert_runs(MIDDLE_MAIN);
    *system_at(EVENT(APP)) = 4;
    user_post(APP, 3);
    assert_status(MIDDLE_MAIN, CMRX_OK);
    assert_int_equal(*system_at(EVENT(APP)), 7);
    assert_runs(APP_LOW);
    assert_status(APP_LOW, CMRX_OK);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_WAITING);
}

static void post_wakes_everybody_on_the_word(void **state)
{
    (void)state;
    scene_begin();
    user_wait(EVENT(APP), 0, FOREVER);
    user_wait(EVENT(APP), 0, FOREVER);
    assert_runs(MIDDLE_MAIN);
    user_post(APP, 1);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_READY);
    user_wait(0, 0, FOREVER);
    user_goes_on();
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_READY);
}

static void post_past_the_table_is_refused(void **state)
{
    (void)state;
    scene_begin();
    user_post(4, 1);
    assert_status(APP_MAIN, CMRX_INVALID);
    user_post(UINT32_MAX, 1);
    assert_status(APP_MAIN, CMRX_INVALID);
}

static void post_to_a_stopped_process_is_closed(void **state)
{
    (void)state;
    scene_begin();
    boss_stops(SERVER);
    user_post(SERVER, 1);
    assert_status(APP_MAIN, CMRX_CLOSED);
    assert_int_equal(*system_at(EVENT(SERVER)), 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(only_aligned_words_of_the_own_process_can_be_waited_on),
    cmocka_unit_test(first_and_last_word_can_be_waited_on),
    cmocka_unit_test(inside_a_server_its_words_count),
    cmocka_unit_test(changed_word_is_not_waited_on),
    cmocka_unit_test(woken_goes_on),
    cmocka_unit_test(other_words_and_processes_wake_nobody),
    cmocka_unit_test(most_urgent_is_woken_first_then_the_longest_waiting),
    cmocka_unit_test(as_many_are_woken_as_are_asked_for),
    cmocka_unit_test(all_are_woken_when_all_are_asked_for),
    cmocka_unit_test(no_wake_wakes_the_same_twice),
    cmocka_unit_test(post_of_many_sets_the_bits_once),
    cmocka_unit_test(process_that_ends_is_not_posted_to_any_more),
    cmocka_unit_test(every_word_is_found_among_many),
    cmocka_unit_test(next_deadline_takes_the_place_of_the_last),
    cmocka_unit_test(deadline_ends_the_wait),
    cmocka_unit_test(deadline_that_is_past_is_not_waited_for),
    cmocka_unit_test(forever_and_nearly_so_do_not_end),
    cmocka_unit_test(woken_has_no_deadline_any_more),
    cmocka_unit_test(nothing_can_be_waited_for_too),
    cmocka_unit_test(post_sets_bits_and_wakes_all),
    cmocka_unit_test(post_wakes_everybody_on_the_word),
    cmocka_unit_test(post_past_the_table_is_refused),
    cmocka_unit_test(post_to_a_stopped_process_is_closed),
};

GROUP_MAIN(tests)
