// test_mutex.c - who has a mutex: found by the word, as urgent as who waits for it.

#include "scene.h"

#define MUTEX(process)  system_word(process, 50)
#define SECOND(process) system_word(process, 51)
#define TAKEN(thread)   (system_stack(thread) + 200)
#define STACK_BYTES     1024u // of each thread

#define assert_priority(thread, wanted)                                        \
    assert_int_equal(threads[thread].priority, wanted)
#define assert_state(thread, wanted)                                           \
    assert_int_equal(threads[thread].state, wanted)

// As the library does when it is free.
static void take(uint32_t word, unsigned thread)
{
    assert_runs(thread);
    assert_true(*system_at(word) <= 1);
    *system_at(word) |= TAKEN(thread);
}

static void wait_for(uint32_t word, uint64_t deadline)
{
    user_trap(CMRX_SYS_WAIT | CMRX_WAIT_OWNER, word, *system_at(word),
              (uint32_t)deadline, (uint32_t)(deadline >> 32));
}

static void give_back(uint32_t word)
{
    uint32_t was = *system_at(word);

    *system_at(word) = 0;
    if ((was & 1) != 0)
        user_wake(word, 1);
}

static void until(unsigned thread)
{
    for (unsigned i = 0; user_running() != thread && i < 100; i++)
        user_pass(100);
    assert_runs(thread);
}

// APP_LOW has the mutex. After 1 ms APP_MAIN wakes up, after 2 ms APP_EQUAL, after 3
// ms APP_EXTRA.
static void low_has_it(void)
{
    scene_begin();
    user_start(APP_EXTRA, 0);
    user_wait(0, 0, user_now() + 3000);
    user_start(APP_EQUAL, 0);
    user_wait(0, 0, user_now() + 1000);
    assert_runs(APP_EQUAL);
    user_wait(0, 0, user_now() + 2000);
    take(MUTEX(APP), APP_LOW);
}

// Low owner, medium hog, high waiter.
static void medium_does_not_keep_high_waiting_for_low(void **state)
{
    (void)state;
    low_has_it();
    until(APP_MAIN);
    until(APP_EXTRA); // APP_MAIN is the hog: it goes on and on
    wait_for(MUTEX(APP), FOREVER);
    assert_runs(APP_LOW);
    assert_priority(APP_LOW, 4);
    assert_int_equal(*system_at(MUTEX(APP)), TAKEN(APP_LOW) | 1);
    give_back(MUTEX(APP));
    assert_priority(APP_LOW, 2);
    assert_runs(APP_EXTRA);
    assert_status(APP_EXTRA, CMRX_OK);
}

// APP_LOW has the first and wants the second, which APP_MAIN has, who is at the gate
// of the server, where SERVER_MAIN is.
static void priority_goes_along_mutexes_and_monitors(void **state)
{
    (void)state;
    scene_plan();
    plan.threads[SERVER_MAIN].monitor = true;
    scene_start();
    user_start(APP_EXTRA, 0);
    user_wait(0, 0, user_now() + 3000);
    take(SECOND(APP), APP_MAIN);
    user_wait(0, 0, user_now() + 1000);
    take(MUTEX(APP), APP_LOW);
    wait_for(SECOND(APP), FOREVER);
    others_sleep(SERVER_MAIN);
    until(APP_MAIN);
    user_call(TO_SERVER, 0);
    assert_runs(SERVER_MAIN);
    assert_priority(SERVER_MAIN, 3);
    until(APP_EXTRA);
    wait_for(MUTEX(APP), FOREVER);
    assert_priority(APP_LOW, 4);
    assert_priority(APP_MAIN, 4);
    assert_priority(SERVER_MAIN, 4);
    assert_runs(SERVER_MAIN);
    user_exit(0); // out of the monitor
    assert_runs(APP_MAIN);
    assert_priority(APP_MAIN, 4);
    user_return(0, 0);
    give_back(SECOND(APP));
    assert_priority(APP_MAIN, 3);
    assert_runs(APP_LOW);
    assert_priority(APP_LOW, 4);
    give_back(MUTEX(APP));
    assert_priority(APP_LOW, 2);
    assert_runs(APP_EXTRA);
}

static void who_gives_up_lends_no_more(void **state)
{
    (void)state;
    low_has_it();
    until(APP_EXTRA);
    wait_for(MUTEX(APP), user_now() + 1000);
    assert_runs(APP_LOW);
    assert_priority(APP_LOW, 4);
    until(APP_EXTRA);
    assert_status(APP_EXTRA, CMRX_TIMEOUT);
    assert_priority(APP_LOW, 2);
}

// First APP_MAIN, then APP_EXTRA, who is more urgent.
static void two_wait_for_it(void)
{
    low_has_it();
    until(APP_MAIN);
    wait_for(MUTEX(APP), FOREVER);
    until(APP_EXTRA);
    wait_for(MUTEX(APP), FOREVER);
}

static void who_is_woken_is_lent_what_the_others_have(void **state)
{
    (void)state;
    two_wait_for_it();
    give_back(MUTEX(APP));
    assert_runs(APP_EXTRA);
    take(MUTEX(APP), APP_EXTRA);
    assert_priority(APP_EXTRA, 4);
    assert_int_equal(threads[APP_EXTRA].holds, APP_MAIN + 1);
    user_priority(1);
    assert_priority(APP_EXTRA, 3); // APP_MAIN still waits for it
}

// Who wakes has a ticket from before APP_EXTRA came: APP_MAIN is woken, who is less
// urgent.
static void who_is_woken_is_as_urgent_as_who_waits_on(void **state)
{
    (void)state;
    two_wait_for_it();
    uint64_t ticket = wait_ticket(&threads[APP_EXTRA]);
    *system_at(MUTEX(APP)) = 0;
    user_trap(CMRX_SYS_WAKE | 1u << 8, MUTEX(APP), 2, (uint32_t)ticket,
              (uint32_t)(ticket >> 32));
    assert_runs(APP_MAIN);
    assert_priority(APP_MAIN, 4);
    assert_priority(APP_LOW, 2);
    assert_int_equal(threads[APP_EXTRA].state, CMRX_THREAD_WAITING);
    kernel_check();
}

static void who_comes_first_is_named_by_who_waits_again(void **state)
{
    (void)state;
    two_wait_for_it();
    give_back(MUTEX(APP));
    assert_runs(APP_EXTRA);
    user_wait(0, 0, user_now() + 100); // it does not take it yet
    until(APP_EQUAL);
    take(MUTEX(APP), APP_EQUAL);
    until(APP_EXTRA);
    wait_for(MUTEX(APP), FOREVER);
    assert_priority(APP_EQUAL, 4);
    assert_priority(APP_EXTRA, 4);
    assert_int_equal(threads[APP_EXTRA].holds, 0);
    assert_runs(APP_EQUAL);
}

// ---- Lies

static void only_who_works_in_the_process_is_raised(void **state)
{
    (void)state;
    low_has_it();
    until(APP_EXTRA);
    *system_at(MUTEX(APP)) = TAKEN(SERVER_MAIN);
    wait_for(MUTEX(APP), FOREVER);
    assert_status(APP_EXTRA, CMRX_CHANGED);
    assert_priority(SERVER_MAIN, 1);
    assert_int_equal(*system_at(MUTEX(APP)), 1);
}

static void words_that_name_nobody_are_left_behind(void **state)
{
    uint32_t stack = system_stack(APP_MAIN);
    const uint32_t nobody[] = { 4,
                                stack,
                                stack + STACK_BYTES + 4,
                                system_word(APP, 0),
                                UINT32_MAX,
                                TAKEN(APP_EQUAL) };

    (void)state;
    scene_begin();
    for (unsigned i = 0; i < sizeof nobody / sizeof nobody[0]; i++) {
        *system_at(MUTEX(APP)) = nobody[i];
        wait_for(MUTEX(APP), FOREVER);
        assert_status(APP_MAIN, CMRX_CHANGED);
        assert_int_equal(*system_at(MUTEX(APP)), 1);
    }
}

static void both_ends_of_a_stack_name_its_thread(void **state)
{
    uint32_t stack = system_stack(APP_MAIN);

    (void)state;
    scene_begin();
    *system_at(MUTEX(APP)) = stack + 4;
    wait_for(MUTEX(APP), FOREVER);
    assert_status(APP_MAIN, CMRX_LOOP);
    *system_at(MUTEX(APP)) = stack + STACK_BYTES;
    wait_for(MUTEX(APP), FOREVER);
    assert_status(APP_MAIN, CMRX_LOOP);
}

// It is said to have a mutex of the server, at the gate of which it stands.
static void who_has_not_come_in_is_not_named(void **state)
{
    (void)state;
    scene_plan();
    plan.threads[SERVER_MAIN].monitor = true;
    scene_start();
    user_wait(0, 0, user_now() + 1000);
    user_wait(0, 0, user_now() + 5000);
    others_sleep(SERVER_MAIN);
    until(APP_MAIN);
    user_call(TO_SERVER, 0);
    assert_runs(SERVER_MAIN);
    assert_state(APP_MAIN, CMRX_THREAD_QUEUED);
    *system_at(MUTEX(SERVER)) = TAKEN(APP_MAIN);
    wait_for(MUTEX(SERVER), FOREVER);
    assert_status(SERVER_MAIN, CMRX_CHANGED);
}

// ---- Left behind

static void who_ends_with_it_tells_all_one_by_one(void **state)
{
    (void)state;
    low_has_it();
    take(SECOND(APP), APP_LOW);
    until(APP_MAIN);
    wait_for(MUTEX(APP), FOREVER);
    until(APP_EXTRA);
    wait_for(SECOND(APP), FOREVER);
    assert_runs(APP_LOW);
    user_exit(7);
    assert_runs(APP_EXTRA);
    assert_status(APP_EXTRA, CMRX_OK);
    assert_int_equal(*system_at(SECOND(APP)), 1);
    // It goes on ending as urgent as who still waits for it.
    assert_state(APP_LOW, CMRX_THREAD_READY);
    assert_priority(APP_LOW, 3);
    others_sleep(APP_MAIN);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(*system_at(MUTEX(APP)), 1);
    user_wait(0, 0, FOREVER);
    assert_state(APP_LOW, CMRX_THREAD_DORMANT);
    assert_int_equal(threads[APP_LOW].exit_result, 7);
}

static void who_comes_later_finds_that_it_was_left(void **state)
{
    (void)state;
    low_has_it();
    user_exit(0);
    until(APP_MAIN);
    wait_for(MUTEX(APP), FOREVER);
    assert_status(APP_MAIN, CMRX_CHANGED);
    assert_int_equal(*system_at(MUTEX(APP)), 1);
}

// APP_LOW visits the server and has its mutex; SERVER_MAIN, who is more urgent, waits
// for it.
static void visitor_has_it(void)
{
    scene_plan();
    plan.threads[SERVER_MAIN].priority = 3;
    scene_start();
    user_wait(0, 0, user_now() + 9000);
    assert_runs(SERVER_MAIN);
    user_wait(0, 0, user_now() + 1000);
    assert_runs(APP_LOW);
    user_call(TO_OPEN, 0);
    take(MUTEX(SERVER), APP_LOW);
    until(SERVER_MAIN);
    wait_for(MUTEX(SERVER), FOREVER);
    assert_runs(APP_LOW);
    assert_priority(APP_LOW, 3);
}

static void visitor_that_returns_with_it_leaves_it(void **state)
{
    (void)state;
    visitor_has_it();
    user_return(5, 6);
    assert_runs(SERVER_MAIN);
    assert_int_equal(*system_at(MUTEX(SERVER)), 1);
    assert_priority(APP_LOW, 2);
    assert_inside(APP_LOW, SERVER); // it is about to return
    user_wait(0, 0, FOREVER);
    assert_runs(APP_LOW);
    user_goes_on();
    assert_inside(APP_LOW, APP);
    assert_status(APP_LOW, CMRX_OK);
    assert_int_equal(user_reply(APP_LOW).low, 5);
    assert_int_equal(user_reply(APP_LOW).high, 6);
}

static void all_is_over_with_the_process(void **state)
{
    (void)state;
    visitor_has_it();
    boss_restarts(SERVER);
    assert_status(APP_LOW, CMRX_DEAD);
    assert_priority(APP_LOW, 2);
    assert_int_equal(threads[APP_LOW].holds, 0);
    assert_int_equal(*system_at(MUTEX(SERVER)), 0);
}

static void visitor_without_a_home_keeps_it_until_it_goes(void **state)
{
    (void)state;
    visitor_has_it();
    boss_stops(APP);
    assert_runs(APP_LOW);
    assert_priority(APP_LOW, 3);
    give_back(MUTEX(SERVER));
    assert_runs(SERVER_MAIN);
    assert_status(SERVER_MAIN, CMRX_OK);
}

// The word names another by now: he came in between.
static void who_has_it_no_more_leaves_nothing(void **state)
{
    (void)state;
    low_has_it();
    until(APP_EXTRA);
    wait_for(MUTEX(APP), FOREVER);
    assert_runs(APP_LOW);
    *system_at(MUTEX(APP)) = TAKEN(APP_MAIN);
    user_exit(0);
    assert_runs(APP_EXTRA);
    assert_int_equal(*system_at(MUTEX(APP)), TAKEN(APP_MAIN));
    assert_priority(APP_LOW, 2);
}

static void who_is_ended_keeps_nothing_that_was_lent(void **state)
{
    (void)state;
    low_has_it();
    until(APP_EXTRA);
    wait_for(MUTEX(APP), FOREVER);
    assert_priority(APP_LOW, 4);
    boss_stops(APP);
    assert_state(APP_LOW, CMRX_THREAD_DORMANT);
    assert_priority(APP_LOW, 2);
}

// Out of a process that has ended since: the one that has begun again is another.
static void who_has_called_before_the_end_has_nothing(void **state)
{
    (void)state;
    scene_begin();
    user_wait(0, 0, FOREVER);
    user_call(TO_SERVER, 0);
    assert_inside(APP_LOW, SERVER);
    boss_restarts(APP);
    assert_runs(APP_MAIN);
    *system_at(MUTEX(APP)) = TAKEN(APP_LOW);
    wait_for(MUTEX(APP), FOREVER);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_CHANGED);
    assert_int_equal(*system_at(MUTEX(APP)), 1);
}

// Who has it names another one, and then does not wait: he is as urgent as who runs no
// more, and gives way at once.
static void who_names_another_and_is_too_late_gives_way(void **state)
{
    (void)state;
    low_has_it();
    until(APP_EXTRA);
    wait_for(MUTEX(APP), FOREVER);
    assert_runs(APP_LOW);
    assert_priority(APP_LOW, 4);
    *system_at(MUTEX(APP)) = TAKEN(APP_MAIN) | 1;
    wait_for(MUTEX(APP), 0);
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_READY);
    assert_priority(APP_LOW, 2);
    assert_priority(APP_MAIN, 4);
    assert_runs(APP_MAIN);
    kernel_check();
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(who_has_called_before_the_end_has_nothing),
    cmocka_unit_test(medium_does_not_keep_high_waiting_for_low),
    cmocka_unit_test(priority_goes_along_mutexes_and_monitors),
    cmocka_unit_test(who_gives_up_lends_no_more),
    cmocka_unit_test(who_is_woken_is_lent_what_the_others_have),
    cmocka_unit_test(who_is_woken_is_as_urgent_as_who_waits_on),
    cmocka_unit_test(who_comes_first_is_named_by_who_waits_again),
    cmocka_unit_test(only_who_works_in_the_process_is_raised),
    cmocka_unit_test(words_that_name_nobody_are_left_behind),
    cmocka_unit_test(both_ends_of_a_stack_name_its_thread),
    cmocka_unit_test(who_has_not_come_in_is_not_named),
    cmocka_unit_test(who_ends_with_it_tells_all_one_by_one),
    cmocka_unit_test(who_comes_later_finds_that_it_was_left),
    cmocka_unit_test(visitor_that_returns_with_it_leaves_it),
    cmocka_unit_test(all_is_over_with_the_process),
    cmocka_unit_test(visitor_without_a_home_keeps_it_until_it_goes),
    cmocka_unit_test(who_has_it_no_more_leaves_nothing),
    cmocka_unit_test(who_is_ended_keeps_nothing_that_was_lent),
    cmocka_unit_test(who_names_another_and_is_too_late_gives_way),
};

GROUP_MAIN(tests)
