// test_sample.c - what port/host promises to tests of processes.

#include "sample.h"

#include <cmrx/test.h>

struct registers {
    uint32_t data, enable;
};

CMRX_DEVICE(struct registers, port);
CMRX_USE(struct sample, sample);
CMRX_USE(struct helper, helper);

static uint32_t taken(void)
{
    uint32_t value = 0;

    cmrx_check_equal(cmrx_call(&value, sample, taken), CMRX_OK);
    return value;
}

static int32_t ask(uint32_t a, uint32_t b)
{
    int32_t value = 0;

    cmrx_check_equal(cmrx_call(&value, sample, ask, a, b), CMRX_OK);
    return value;
}

// ---- Devices, interrupts, events

CMRX_TEST(registers_are_memory_of_the_test)
{
    cmrx_check_equal(port.enable, 0);
    cmrx_test_start();
    cmrx_check_equal(port.enable, 1);
}

CMRX_TEST(an_interrupt_waits_until_it_is_let_come)
{
    port.data = 5;
    cmrx_check(cmrx_test_is_masked(receive));
    cmrx_test_interrupt(receive);
    cmrx_check_equal(taken(), 0);
    cmrx_test_start();
    cmrx_check_equal(taken(), 5);
    cmrx_check(!cmrx_test_is_masked(receive));
    port.data = 6;
    cmrx_test_interrupt(receive);
    cmrx_check_equal(taken(), 6);
    cmrx_check_equal(cmrx_test_posted("news"), 2);
}

CMRX_TEST(an_interrupt_that_has_come_is_masked)
{
    cmrx_test_start();
    cmrx_test_interrupt(overrun);
    cmrx_check_equal(cmrx_test_posted("news"), 1);
    cmrx_check(cmrx_test_is_masked(overrun));
    cmrx_test_interrupt(overrun);
    cmrx_check_equal(cmrx_test_posted("news"), 0);
}

CMRX_TEST(what_the_test_posts_arrives_and_what_the_process_posts_is_seen)
{
    cmrx_test_start();
    cmrx_check_equal(cmrx_test_posted("news"), 0);
    cmrx_test_post(attention, 1);
    cmrx_check_equal(cmrx_test_posted("news"), 1);
    cmrx_check_equal(cmrx_test_posted("news"), 0);
}

// ---- Calls out

static int32_t add(CMRX_SELF, uint32_t a, uint32_t b)
{
    int32_t value = 7;

    cmrx_check_equal(cmrx_caller(), 0); // the process
    // Back into the process it came from: as on a board.
    cmrx_check_equal(cmrx_call(&value, sample, who), CMRX_LOOP);
    return (int32_t)(a + b);
}

CMRX_TEST(answers_come_in_order_and_then_the_function)
{
    cmrx_fake_answer(helper, add, -5);
    cmrx_fake_status(helper, add, CMRX_DEAD);
    cmrx_fake(helper, add, add);
    cmrx_check_equal(ask(1, 2), -5);
    cmrx_check_equal(ask(1, 2), CMRX_DEAD);
    cmrx_check_equal(ask(1, 2), 3);
    cmrx_check_equal(cmrx_fake_calls(helper, add), 3);
}

CMRX_TEST(each_method_has_its_own_answers)
{
    int32_t value = 0;

    cmrx_fake_answer(helper, twice, 10);
    cmrx_fake_answer(helper, add, 1);
    cmrx_check_equal(ask(1, 2), 1);
    cmrx_check_equal(cmrx_call(&value, sample, ask_twice, 5), CMRX_OK);
    cmrx_check_equal(value, 10);
}

// ---- Calls in

CMRX_TEST(a_method_gets_its_object_and_knows_its_caller)
{
    uint32_t object = 0;
    int32_t who = 0;

    cmrx_check_equal(cmrx_call(&object, sample, object), CMRX_OK);
    cmrx_check_equal(object, 77);
    cmrx_check_equal(cmrx_call(&who, sample, who), CMRX_OK);
    cmrx_check_equal(who, 1);
}

static int32_t passed = 1;

static void pass(uintptr_t timeout_us)
{
    cmrx_check_equal(cmrx_call(&passed, sample, pass, (uint32_t)timeout_us),
                     CMRX_OK);
}

CMRX_TEST(who_waits_in_a_method_lets_others_in)
{
    struct host_thread *t = cmrx_test_thread("visitor", pass, 1000, 5);

    cmrx_check(!cmrx_test_has_ended(t));
    cmrx_check_equal(cmrx_call(NULL, sample, poke), CMRX_OK);
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(passed, CMRX_OK);
}

CMRX_TEST(time_passes_when_everyone_waits)
{
    uint64_t begin = cmrx_time_now();
    int32_t status = 0;

    struct host_thread *t = cmrx_test_thread("visitor", pass, 700, 5);
    cmrx_check_equal(cmrx_time_now(), begin);
    cmrx_check_equal(cmrx_call(&status, sample, pass, 900), CMRX_OK);
    cmrx_check_equal(status, CMRX_TIMEOUT);
    cmrx_check_equal(cmrx_time_now() - begin, 900);
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(passed, CMRX_TIMEOUT);
}

static char order[4];

static void pass_in_order(uintptr_t name)
{
    int32_t status = 1;

    cmrx_check_equal(cmrx_call(&status, sample, pass, 1000), CMRX_OK);
    order[strlen(order)] = (char)name;
}

CMRX_TEST(the_more_urgent_runs_first)
{
    cmrx_test_thread("low", pass_in_order, 'l', 2);
    cmrx_test_thread("high", pass_in_order, 'h', 8);
    cmrx_check_equal(cmrx_call(NULL, sample, poke), CMRX_OK);
    cmrx_check_text(order, "hl");
}

CMRX_TEST(of_equals_who_waits_longer_is_first)
{
    cmrx_test_thread("first", pass_in_order, '1', 5);
    cmrx_test_thread("second", pass_in_order, '2', 5);
    cmrx_check_equal(cmrx_call(NULL, sample, poke), CMRX_OK);
    cmrx_check_text(order, "12");
}

// ---- The monitor

static void note(uintptr_t name)
{
    order[strlen(order)] = (char)name;
}

static void visit(uintptr_t name)
{
    taken();
    note(name);
}

// A low one is inside. While a high one waits for it, no other comes between.
static int32_t start_others(CMRX_SELF, uint32_t a, uint32_t b)
{
    (void)a, (void)b;
    cmrx_test_thread("high", visit, 'h', 8);
    cmrx_test_thread("middle", note, 'm', 5);
    note('l');
    return 0;
}

CMRX_TEST(who_is_inside_is_as_urgent_as_who_waits)
{
    cmrx_fake(helper, add, start_others);
    ask(1, 2);
    cmrx_check_text(order, "lhm");
}

static struct host_thread *visitor;

static int32_t sleep_past_it(CMRX_SELF, uint32_t a, uint32_t b)
{
    (void)a, (void)b;
    cmrx_sleep_until(cmrx_time_now() + 1000);
    cmrx_check(!cmrx_test_has_ended(visitor));
    return 0;
}

CMRX_TEST(who_has_waited_goes_on_when_the_monitor_is_free)
{
    cmrx_fake(helper, add, sleep_past_it);
    visitor = cmrx_test_thread("visitor", pass, 700, 5);
    ask(1, 2);
    cmrx_check(cmrx_test_has_ended(visitor));
}

CMRX_TEST(who_is_cancelled_waits_no_more_and_does_not_come_home)
{
    visitor = cmrx_test_thread("visitor", pass, 700, 5);
    cmrx_test_cancel(visitor);
    cmrx_check(cmrx_test_has_ended(visitor));
    cmrx_check_equal(cmrx_test_posted("news"),
                     24);        // it knows that it has ended
    cmrx_check_equal(passed, 1); // it was not told
    taken();                     // and it has left the monitor
}

// ---- Calls with a deadline

CMRX_TEST(a_deadline_of_a_call_ends_the_waits_inside)
{
    uint64_t begin = cmrx_time_now();
    int32_t result = 1;

    cmrx_check_equal(cmrx_call_until(begin + 500, &result, sample, pass, 2000),
                     CMRX_OK);
    cmrx_check_equal(result, CMRX_CANCELLED);
    cmrx_check_equal(cmrx_time_now() - begin, 500);
    cmrx_check_equal(cmrx_test_posted("news"), 8);
    cmrx_check_equal(cmrx_call_until(begin + 500, &result, sample, who),
                     CMRX_TIMEOUT);
}

static void pass_until(uintptr_t after_us)
{
    cmrx_check_equal(cmrx_call_until(cmrx_time_now() + after_us, &passed,
                                     sample, pass, 2000),
                     CMRX_OK);
}

// The second wait of the method, too: nobody else runs in between.
CMRX_TEST(no_wait_begins_behind_the_deadline)
{
    visitor = cmrx_test_thread("late", pass_until, 500, 5);
    cmrx_sleep_until(cmrx_time_now() + 500);
    cmrx_check_equal(cmrx_test_posted("news"), 8);
    cmrx_check(cmrx_test_has_ended(visitor));
}

static int32_t late_status = 1;

static void visit_until(uintptr_t after_us)
{
    int32_t who = 0;

    late_status =
        cmrx_call_until(cmrx_time_now() + after_us, &who, sample, who);
}

static int32_t sleep_past_them(CMRX_SELF, uint32_t a, uint32_t b)
{
    (void)a, (void)b;
    visitor = cmrx_test_thread("late", visit_until, 300, 5);
    cmrx_sleep_until(cmrx_time_now() + 1000);
    cmrx_check_equal(late_status, CMRX_TIMEOUT);
    return 0;
}

CMRX_TEST(a_deadline_passes_in_the_queue)
{
    cmrx_fake(helper, add, sleep_past_them);
    ask(1, 2);
    cmrx_check(cmrx_test_has_ended(visitor));
    taken();
}

CMRX_TEST(a_thread_is_started_and_joined_and_started_again)
{
    uint32_t sum = 0;

    cmrx_check_equal(cmrx_call(&sum, sample, work, 3), CMRX_OK);
    cmrx_check_equal(sum, 3);
    cmrx_check_equal(cmrx_call(&sum, sample, work, 4), CMRX_OK);
    cmrx_check_equal(sum, 7);
}

// Not 7: it begins with fresh memory.
CMRX_TEST(each_test_has_a_fresh_process)
{
    uint32_t sum = 0;

    cmrx_check_equal(cmrx_call(&sum, sample, work, 1), CMRX_OK);
    cmrx_check_equal(sum, 1);
}
