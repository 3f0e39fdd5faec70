// test_irq.c - interrupts are events that the hardware posts.

#include "scene.h"

// The server's thread has opened its line.
static void line_is_open(void)
{
    scene_begin();
    others_sleep(SERVER_MAIN);
    user_trap(CMRX_SYS_INTERRUPT_DONE, 0, 0, 0, 0);
    assert_status(SERVER_MAIN, CMRX_OK);
    assert_true(fake.open[SERVER_LINE]);
}

static void line_is_closed_at_first(void **state)
{
    (void)state;
    scene_begin();
    for (unsigned i = 0; i < FAKE_LINES; i++)
        assert_false(fake.open[i]);
}

static void interrupt_is_posted_and_masked(void **state)
{
    (void)state;
    line_is_open();
    user_wait(EVENT(SERVER), 0, FOREVER);
    assert_int_equal(fake_irq(SERVER_LINE), FAKE_RESUMED);
    assert_runs(SERVER_MAIN);
    assert_status(SERVER_MAIN, CMRX_OK);
    assert_int_equal(*system_at(EVENT(SERVER)), 0x80);
    assert_false(fake.open[SERVER_LINE]);
    user_trap(CMRX_SYS_INTERRUPT_DONE, 0, 0, 0, 0);
    assert_true(fake.open[SERVER_LINE]);
}

static void two_visitors_wait_for_the_event(void)
{
    line_is_open();
    others_sleep(IDLE_MAIN);
    boss_restarts(APP);
    user_call(TO_OPEN, 0);
    user_wait(EVENT(SERVER), 0, FOREVER);
    user_call(TO_OPEN, 0);
    user_wait(EVENT(SERVER), 0, FOREVER);
}

static void interrupt_comes_again_until_all_are_woken(void **state)
{
    (void)state;
    two_visitors_wait_for_the_event();
    fake.is_blind = true;
    fake.again = false;
    assert_int_equal(fake_irq(SERVER_LINE), FAKE_RESUMED);
    assert_true(fake.again && fake.open[SERVER_LINE]);
    assert_runs(APP_MAIN);
    fake.again = false;
    assert_int_equal(fake_irq(SERVER_LINE), FAKE_RESUMED);
    assert_false(fake.again || fake.open[SERVER_LINE]);
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_READY);
}

// Where the port sees that it waits the kernel is not left in between.
static void or_wakes_all_in_one(void **state)
{
    (void)state;
    two_visitors_wait_for_the_event();
    fake.open[BOSS_LINE] = true;
    fake.comes = BOSS_LINE + 1;
    assert_int_equal(fake_irq(SERVER_LINE), FAKE_RESUMED);
    assert_int_equal(fake.masked[SERVER_LINE], 2);
    assert_false(fake.open[SERVER_LINE]);
    assert_runs(BOSS_MAIN);
    boss_sleeps();
    assert_runs(APP_MAIN);
    assert_int_equal(threads[APP_LOW].state, CMRX_THREAD_READY);
}

// It comes while APP_MAIN is in a system call that ends by C.
static void line_comes(unsigned line)
{
    fake.open[line] = true;
    fake.comes = (int)line + 1;
    user_post(SERVER, 2);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(*system_at(EVENT(SERVER)) & 2, 2);
    assert_int_equal(fake.comes, 0);
}

static void line_that_waits_comes_in_on_the_way_out(void **state)
{
    (void)state;
    scene_begin();
    line_comes(BOSS_LINE);
    assert_runs(BOSS_MAIN);
    assert_status(BOSS_MAIN, CMRX_OK);
    assert_int_equal(fake.masked[BOSS_LINE], 1);
    assert_false(fake.open[BOSS_LINE]);
    boss_sleeps();
    assert_runs(APP_MAIN);
}

static void one_of_nobody_is_masked_there_too(void **state)
{
    (void)state;
    scene_begin();
    line_comes(0);
    assert_int_equal(fake.masked[0], 1);
    assert_runs(APP_MAIN);
}

static void interrupts_of_others_cannot_be_opened(void **state)
{
    (void)state;
    line_is_open();
    user_trap(CMRX_SYS_INTERRUPT_DONE, 1, 0, 0, 0);
    assert_status(SERVER_MAIN, CMRX_INVALID);
    user_trap(CMRX_SYS_INTERRUPT_DONE, UINT32_MAX, 0, 0, 0);
    assert_status(SERVER_MAIN, CMRX_INVALID);
    assert_false(fake.open[BOSS_LINE]);
    boss_restarts(APP);
    user_trap(CMRX_SYS_INTERRUPT_DONE, 0, 0, 0, 0);
    assert_status(APP_MAIN, CMRX_INVALID);
}

static void line_of_nobody_is_masked_for_good(void **state)
{
    (void)state;
    scene_begin();
    assert_int_equal(fake_irq(0), FAKE_RESUMED);
    assert_int_equal(fake.masked[0], 1);
    assert_runs(APP_MAIN);
}

static void line_past_the_table_is_masked(void **state)
{
    extern uint16_t line_count __asm__("interrupt_lines");

    (void)state;
    scene_begin();
    line_count = BOSS_LINE;
    assert_int_equal(fake_irq(BOSS_LINE), FAKE_RESUMED);
    assert_int_equal(fake.masked[BOSS_LINE], 1);
    assert_runs(APP_MAIN);
}

static void end_of_the_driver_closes_its_lines(void **state)
{
    (void)state;
    line_is_open();
    boss_stops(SERVER);
    assert_false(fake.open[SERVER_LINE]);
    assert_int_equal(fake_irq(SERVER_LINE), FAKE_RESUMED); // a late one
    assert_int_equal(*system_at(EVENT(SERVER)), 0);
    boss_restarts(SERVER);
    assert_false(fake.open[SERVER_LINE]);
    assert_int_equal(*system_at(EVENT(SERVER)), 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(line_is_closed_at_first),
    cmocka_unit_test(interrupt_is_posted_and_masked),
    cmocka_unit_test(interrupt_comes_again_until_all_are_woken),
    cmocka_unit_test(or_wakes_all_in_one),
    cmocka_unit_test(line_that_waits_comes_in_on_the_way_out),
    cmocka_unit_test(one_of_nobody_is_masked_there_too),
    cmocka_unit_test(interrupts_of_others_cannot_be_opened),
    cmocka_unit_test(line_of_nobody_is_masked_for_good),
    cmocka_unit_test(line_past_the_table_is_masked),
    cmocka_unit_test(end_of_the_driver_closes_its_lines),
};

GROUP_MAIN(tests)
