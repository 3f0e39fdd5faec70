// test_thread.c - threads are started, end, and are joined.

#include "scene.h"

static void thread_begins_with_what_it_is_given(void **state)
{
    (void)state;
    scene_begin();
    user_start(APP_EXTRA, 0xabcd);
    assert_status(APP_MAIN, CMRX_OK);
    assert_runs(APP_EXTRA);
    const struct port_frame *frame = user_frame(APP_EXTRA);
    assert_int_equal(frame->r[0], 0xabcd);
    for (unsigned i = 1; i < 4; i++)
        assert_int_equal(frame->r[i], 0);
    assert_int_equal(frame->pc, system_entry(APP_EXTRA));
    assert_int_equal(frame->lr, system_exit_gate(APP));
    assert_int_equal(running->priority, 4);
}

static void thread_starts_once(void **state)
{
    (void)state;
    scene_begin();
    user_start(APP_LOW, 0);
    assert_status(APP_MAIN, CMRX_BUSY);
    user_start(APP_MAIN, 0);
    assert_status(APP_MAIN, CMRX_BUSY);
    user_start(APP_EQUAL, 0);
    assert_status(APP_MAIN, CMRX_OK);
    user_start(APP_EQUAL, 0);
    assert_status(APP_MAIN, CMRX_BUSY);
}

static void threads_of_others_are_not_its_own(void **state)
{
    (void)state;
    scene_begin();
    user_start(4, 0);
    assert_status(APP_MAIN, CMRX_INVALID);
    user_start(UINT32_MAX, 0);
    assert_status(APP_MAIN, CMRX_INVALID);
    user_join(4, FOREVER);
    assert_status(APP_MAIN, CMRX_INVALID);
}

static void ended_thread_can_start_again_at_its_own_priority(void **state)
{
    (void)state;
    scene_begin();
    user_start(APP_EXTRA, 1);
    user_priority(2);
    others_sleep(APP_EXTRA);
    user_exit(5);
    assert_int_equal(threads[APP_EXTRA].state, CMRX_THREAD_DORMANT);
    others_sleep(MIDDLE_MAIN);
    boss_wakes();
    boss_sleeps();
    boss_restarts(APP);
    user_start(APP_EXTRA, 2);
    assert_runs(APP_EXTRA);
    assert_int_equal(running->priority, 4);
}

static void thread_inside_a_call_cannot_exit(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_exit(0);
    assert_inside(APP_MAIN, APP);
    assert_status(APP_MAIN, CMRX_DEAD);
    assert_int_equal(processes[SERVER].faults, 1);
    assert_int_equal(processes[APP].faults, 0);
}

// ---- Join

static void ended_thread_is_joined_at_once(void **state)
{
    (void)state;
    scene_begin();
    user_start(APP_EXTRA, 0);
    user_exit(77);
    user_join(APP_EXTRA, 0);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(user_reply(APP_MAIN).low, 77);
}

static void join_waits_for_the_end(void **state)
{
    (void)state;
    scene_begin();
    user_join(APP_LOW, FOREVER);
    assert_runs(APP_LOW);
    user_exit(78);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(user_reply(APP_MAIN).low, 78);
}

static void only_one_can_wait_for_the_end(void **state)
{
    (void)state;
    scene_begin();
    user_start(APP_EQUAL, 0);
    user_join(APP_LOW, user_now() + 1000);
    assert_runs(APP_EQUAL);
    user_join(APP_LOW, FOREVER);
    assert_status(APP_EQUAL, CMRX_BUSY);
    user_wait(0, 0, user_now() + 2000);
    user_pass(1200);
    assert_runs(APP_MAIN); // it has given up; the other one may now
    user_wait(0, 0, FOREVER);
    user_pass(1000);
    user_join(APP_LOW, FOREVER);
    assert_runs(APP_LOW);
    user_exit(79);
    assert_runs(APP_EQUAL);
    assert_status(APP_EQUAL, CMRX_OK);
    assert_int_equal(user_reply(APP_EQUAL).low, 79);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_WAITING);
}

static void join_has_a_deadline(void **state)
{
    (void)state;
    scene_begin();
    user_join(APP_LOW, user_now() + 100);
    user_pass(200);
    assert_runs(APP_MAIN);
    assert_status(APP_MAIN, CMRX_TIMEOUT);
}

static void join_of_itself_is_a_loop(void **state)
{
    (void)state;
    scene_begin();
    user_join(APP_MAIN, FOREVER);
    assert_status(APP_MAIN, CMRX_LOOP);
}

static void never_started_thread_cannot_be_joined(void **state)
{
    (void)state;
    scene_begin();
    user_join(APP_EXTRA, FOREVER);
    assert_status(APP_MAIN, CMRX_INVALID);
    user_start(APP_EXTRA, 0);
    user_exit(1);
    boss_restarts(APP); // and so it is after a restart
    user_join(APP_EXTRA, FOREVER);
    assert_status(APP_MAIN, CMRX_INVALID);
}

static void old_generation_cannot_be_joined(void **state)
{
    (void)state;
    scene_begin();
    user_start(APP_EXTRA, 0);
    user_call(TO_SERVER, 0);
    user_wait(0, 0, user_now() + 1000);
    boss_restarts(APP);
    others_sleep(APP_EXTRA); // its wait was cancelled
    user_priority(1);
    assert_status(APP_EXTRA, CMRX_DENIED);
    boss_restarts(APP);
    assert_runs(APP_EXTRA);
    user_return(0, 0);
    assert_runs(APP_MAIN);
    user_join(APP_EXTRA, FOREVER);
    assert_status(APP_MAIN, CMRX_INVALID);
}

static void visitor_joins_threads_of_where_it_is(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_join(0, FOREVER); // the server's first
    others_sleep(SERVER_MAIN);
    user_exit(80);
    assert_runs(APP_MAIN);
    assert_int_equal(user_reply(APP_MAIN).low, 80);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(thread_begins_with_what_it_is_given),
    cmocka_unit_test(thread_starts_once),
    cmocka_unit_test(threads_of_others_are_not_its_own),
    cmocka_unit_test(ended_thread_can_start_again_at_its_own_priority),
    cmocka_unit_test(thread_inside_a_call_cannot_exit),
    cmocka_unit_test(ended_thread_is_joined_at_once),
    cmocka_unit_test(join_waits_for_the_end),
    cmocka_unit_test(only_one_can_wait_for_the_end),
    cmocka_unit_test(join_has_a_deadline),
    cmocka_unit_test(join_of_itself_is_a_loop),
    cmocka_unit_test(never_started_thread_cannot_be_joined),
    cmocka_unit_test(old_generation_cannot_be_joined),
    cmocka_unit_test(visitor_joins_threads_of_where_it_is),
};

GROUP_MAIN(tests)
