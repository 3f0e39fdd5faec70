// test_more.c - cases that need more RAM than the smallest parts have.

#include "tester.h"

// It has slept with something in all registers, so they come from the kernel.
static enum cmrx_status ask_late(uint32_t *seen)
{
    cmrx_sleep_until(cmrx_time_now() + 1000);
    return cmrx_call(seen, victim, registers_seen);
}

static bool late_saw_none;

CMRX_THREAD(late, .stack = 512, .bound = 512, .priority = 12, .dormant = 1)
{
    late_saw_none = sees_none(ask_late);
}

static bool callee_with_another_inside_sees_none_of_the_callers_registers(void)
{
    late_saw_none = false;
    return cmrx_thread_start(CMRX_THREAD_ID(late), 0) == CMRX_OK &&
           cmrx_call(NULL, victim, spin, 2000) == CMRX_OK &&
           cmrx_thread_join(CMRX_THREAD_ID(late), NULL, CMRX_FOREVER) ==
               CMRX_OK &&
           late_saw_none;
}

// ---- What is left of a callee is the same by any way: a call with a deadline may come
// back by another.

static const volatile uint32_t inverted = DIRT_INVERTED;
static uint32_t left, used;

static void count_dirt(void)
{
    const volatile uint32_t here[1] = { 0 }, *at = here;

    left = 0;
    __asm__ volatile("" : "+r"(at));
    for (uint32_t i = 0; i < 160; i++)
        left += (*--at ^ inverted) == UINT32_MAX;
}

// Odd: with a deadline. 2 and 3 leave dirt.
CMRX_THREAD(messy, .stack = 1024, .bound = 1024, .priority = 12, .dormant = 1)
{
    uint64_t deadline = cmrx_time_now() + 100000;
    uint32_t count;

    if (argument == 0)
        cmrx_call(&count, victim, count);
    else if (argument == 1)
        cmrx_call_until(deadline, &count, victim, count);
    else if (argument == 2)
        cmrx_call(NULL, victim, dirty);
    else
        cmrx_call_until(deadline, NULL, victim, dirty);
    count_dirt();
}

static bool has_left(uint32_t how)
{
    struct cmrx_thread_status status;
    uint32_t id = CMRX_THREAD_ID(messy);

    return cmrx_thread_start(id, how) == CMRX_OK &&
           cmrx_thread_join(id, NULL, CMRX_FOREVER) == CMRX_OK &&
           cmrx_thread_status(id, &status) == CMRX_OK &&
           (used = status.stack_used) != 0;
}

static bool a_callee_leaves_as_much_with_a_deadline_and_without(void)
{
    bool ok = has_left(0);
    uint32_t used_without = used;

    ok = has_left(1) && ok && used - used_without <= FINER_CUT && left == 0 &&
         has_left(2);
    uint32_t left_without = left;
    return ok && has_left(3) && left == left_without && left > 10;
}

// ---- Numbers of all sizes

static bool a_deadline_has_64_bits(void)
{
    uint32_t waited = 0;

    return cmrx_call_until(1ull << 32, &waited, victim, sleep, 2000) ==
               CMRX_OK &&
           waited == (uint32_t)CMRX_TIMEOUT;
}

#define ORDER __ATOMIC_SEQ_CST

static bool words_are_changed_as_is_said(void)
{
    static uint32_t w;
    uint32_t expected = 1;

    w = 0xf0;
    return __atomic_fetch_add(&w, 0x15, ORDER) == 0xf0 && w == 0x105 &&
           __atomic_fetch_sub(&w, 5, ORDER) == 0x105 && w == 0x100 &&
           __atomic_fetch_or(&w, 0x33, ORDER) == 0x100 && w == 0x133 &&
           __atomic_fetch_and(&w, 0x1f1, ORDER) == 0x133 && w == 0x131 &&
           __atomic_fetch_xor(&w, 0x111, ORDER) == 0x131 && w == 0x20 &&
           __atomic_exchange_n(&w, 7, ORDER) == 0x20 && w == 7 &&
           !__atomic_compare_exchange_n(&w, &expected, 9, false, ORDER,
                                        ORDER) &&
           expected == 7 && w == 7 &&
           __atomic_compare_exchange_n(&w, &expected, 9, false, ORDER, ORDER) &&
           w == 9;
}

const struct test_case more_cases[] = {
    CASE(callee_with_another_inside_sees_none_of_the_callers_registers),
    CASE(a_callee_leaves_as_much_with_a_deadline_and_without),
    CASE(a_deadline_has_64_bits),
    CASE(words_are_changed_as_is_said),
};
const uint32_t more_cases_count = sizeof more_cases / sizeof more_cases[0];
