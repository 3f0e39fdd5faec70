// test_time.c - time, waiting, threads, interrupts.

#include "probes.h"
#include "tester.h"

static volatile uint32_t word, order;
static uint32_t runner;

CMRX_EVENT(events);
CMRX_INTERRUPT(sent, events, 1u << 3);

// ---- Threads that the cases start

enum { DO_WAIT, DO_SERVE, DO_RETURN, DO_YIELD, DO_NAP };

// Counts how often somebody else has run since this thread looked last.
static void spin_until(uint64_t end, uint32_t me, uint32_t *switches)
{
    while (cmrx_time_now() < end)
        if (__atomic_exchange_n(&runner, me, __ATOMIC_RELAXED) != me)
            ++*switches;
}

#define NAPS   8
#define NAP_US 200

static void nap(void)
{
    for (unsigned i = 0; i < NAPS; i++)
        cmrx_sleep_until(cmrx_time_now() + NAP_US);
}

static void wait_and_note(uint32_t who)
{
    uint32_t status = (uint32_t)cmrx_wait(&word, 0, CMRX_FOREVER);

    order = order * 10 + who + status;
}

CMRX_THREAD(urgent, .stack = 512, .priority = 15, .dormant = 1)
{
    if (argument == DO_WAIT)
        wait_and_note(1);
    if (argument == DO_SERVE)
        order = cmrx_event_take(&events, 1u << 3, cmrx_time_now() + 50000);
    cmrx_thread_exit(77);
}

CMRX_THREAD(second, .stack = 512, .priority = 12, .dormant = 1)
{
    if (argument == DO_WAIT)
        wait_and_note(2);
    if (argument == DO_NAP)
        nap();
}

static uint32_t switches_seen;

static uint32_t turns[8], turn_count;

static void take_turns(uint32_t who)
{
    for (uint32_t i = 0; i < 4; i++) {
        turns[turn_count++ % 8] = who;
        cmrx_thread_yield();
    }
}

CMRX_THREAD(equal, .stack = 512, .priority = 10, .dormant = 1)
{
    if (argument == DO_YIELD)
        take_turns(2);
    else
        spin_until(cmrx_time_now() + 50000, 1, &switches_seen);
}

CMRX_THREAD(lower, .stack = 512, .priority = 3, .dormant = 1)
{
    if (argument == DO_NAP)
        nap();
    order = 5;
}

// ---- Cases

static bool sleep_ends_in_time_never_early(void)
{
    for (uint32_t us = 1; us < 200000; us = us * 3 + 1) {
        uint64_t end = cmrx_time_now() + us;
        if (cmrx_sleep_until(end) != CMRX_OK)
            return false;
        uint64_t now = cmrx_time_now();
        if (now < end || now > end + 100)
            return false;
    }
    return true;
}

static bool sleep_into_the_past_returns_at_once(void)
{
    return cmrx_sleep_until(0) == CMRX_OK && cmrx_sleep_until(1) == CMRX_OK;
}

static bool time_never_goes_back(void)
{
    uint64_t last = cmrx_time_now();

    for (unsigned i = 0; i < 20000; i++) {
        uint64_t now = cmrx_time_now();
        if (now < last || now - last > 1000)
            return false;
        last = now;
    }
    return true;
}

static bool long_sleep_passes_the_range_of_the_counter(void)
{
    uint64_t end = cmrx_time_now() + 3000000;

    cmrx_sleep_until(end);
    return cmrx_time_now() >= end && cmrx_time_now() < end + 100;
}

static bool wait_looks_at_the_word(void)
{
    uint64_t soon = cmrx_time_now() + 500;

    word = 1;
    return cmrx_wait(&word, 0, CMRX_FOREVER) == CMRX_CHANGED &&
           cmrx_wait(&word, 1, soon) == CMRX_TIMEOUT &&
           cmrx_wait(&word, 1, 0) == CMRX_TIMEOUT;
}

static bool words_of_others_are_refused(void)
{
    uint32_t local = 0;
    static const uint32_t constant = 0;
    const uintptr_t bad[] = { 0x20000000,           4,
                              0xfffffffc,           0xe000e010,
                              (uintptr_t)&local,    (uintptr_t)&constant,
                              (uintptr_t)&word + 1, (uintptr_t)&word + 2 };

    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (cmrx_wait((const uint32_t *)bad[i], 0, CMRX_FOREVER) !=
                CMRX_INVALID ||
            cmrx_wake((const uint32_t *)bad[i], 1) != CMRX_INVALID)
            return false;
    return cmrx_wake(NULL, 1) == CMRX_INVALID;
}

static bool the_most_urgent_is_woken_first(void)
{
    word = order = 0;
    cmrx_thread_start(CMRX_THREAD_ID(second), DO_WAIT);
    cmrx_thread_start(CMRX_THREAD_ID(urgent), DO_WAIT);
    bool one = cmrx_wake(&word, 1) == 1 && order == 1;
    bool two = cmrx_wake(&word, CMRX_WAKE_ALL) == 1 && order == 12;
    return one && two && cmrx_wake(&word, CMRX_WAKE_ALL) == 0;
}

static bool join_gives_the_result(void)
{
    uint32_t result = 0;

    cmrx_thread_start(CMRX_THREAD_ID(urgent), DO_RETURN);
    return cmrx_thread_join(CMRX_THREAD_ID(urgent), &result, CMRX_FOREVER) ==
               CMRX_OK &&
           result == 77;
}

static bool bad_threads_are_refused(void)
{
    return cmrx_thread_start(99, 0) == CMRX_INVALID &&
           cmrx_thread_start(UINT32_MAX, 0) == CMRX_INVALID &&
           cmrx_thread_join(99, NULL, CMRX_FOREVER) == CMRX_INVALID &&
           cmrx_thread_priority(0) == CMRX_INVALID &&
           cmrx_thread_priority(11) == CMRX_INVALID &&
           cmrx_thread_priority(UINT32_MAX) == CMRX_INVALID;
}

static bool equals_take_turns_when_they_yield(void)
{
    bool is_right = true;

    turn_count = 0;
    cmrx_thread_start(CMRX_THREAD_ID(equal), DO_YIELD);
    take_turns(1);
    cmrx_thread_join(CMRX_THREAD_ID(equal), NULL, CMRX_FOREVER);
    for (uint32_t i = 0; i < 8; i++)
        is_right &= turns[i] == 1 + i % 2;
    return is_right && turn_count == 8;
}

static bool equals_share_the_processor(void)
{
    uint32_t mine = 0;

    switches_seen = 0;
    cmrx_thread_start(CMRX_THREAD_ID(equal), 0);
    spin_until(cmrx_time_now() + 50000, 2, &mine);
    cmrx_thread_join(CMRX_THREAD_ID(equal), NULL, CMRX_FOREVER);
    return mine >= 5 && mine < 20 && switches_seen >= 5 && switches_seen < 20;
}

static bool lower_runs_only_when_nobody_above_does(void)
{
    order = 0;
    cmrx_thread_start(CMRX_THREAD_ID(lower), 0);
    cmrx_thread_yield();
    bool held = order == 0;
    cmrx_sleep_until(cmrx_time_now() + 1000);
    return held && order == 5;
}

static bool priority_can_be_lowered_and_restored(void)
{
    order = 0;
    cmrx_thread_start(CMRX_THREAD_ID(lower), 0);
    cmrx_thread_priority(2);
    bool ran = order == 5;
    return ran && cmrx_thread_priority(10) == CMRX_OK;
}

// Spins while the other one's deadlines come.
static uint32_t lost_while_it_naps(uint32_t thread)
{
    uint32_t lost = 0;

    for (unsigned i = 0; i < NAPS; i++) {
        uint64_t end = cmrx_time_now() + 2 * NAP_US;
        cmrx_thread_start(thread, DO_NAP);
        cmrx_sleep_until(cmrx_time_now() + NAP_US / 2); // and it begins
        while (cmrx_time_now() < end)
            lost |= probe_spin(500);
        cmrx_thread_join(thread, NULL, CMRX_FOREVER);
    }
    return lost;
}

// Behind which another thread goes on, and such behind which nobody does.
static bool registers_survive_interrupts(void)
{
    return lost_while_it_naps(CMRX_THREAD_ID(second)) == 0 &&
           lost_while_it_naps(CMRX_THREAD_ID(lower)) == 0;
}

volatile uint32_t *sent_event(void)
{
    return &events;
}

// One may be pending still.
void sent_begin(void)
{
    events = 0;
    cmrx_interrupt_done(CMRX_INTERRUPT_ID(sent));
    cmrx_event_take(&events, 1u << 3, 0);
    cmrx_interrupt_done(CMRX_INTERRUPT_ID(sent));
}

static bool interrupt_comes_once_until_it_is_done(void)
{
    uint64_t soon = cmrx_time_now() + 20000;

    events = 0;
    cmrx_interrupt_done(CMRX_INTERRUPT_ID(sent));
    report_interrupt_raise();
    bool came = cmrx_event_take(&events, 1u << 3, soon) == 1u << 3;
    report_interrupt_raise();
    bool masked =
        cmrx_event_take(&events, 1u << 3, cmrx_time_now() + 20000) == 0;
    report_interrupt_serve();
    return came && masked;
}

// Without a system call between.
static bool interrupt_wakes_who_is_more_urgent_at_once(void)
{
    order = 0;
    sent_begin();
    cmrx_thread_start(CMRX_THREAD_ID(urgent), DO_SERVE);
    report_interrupt_raise();
    for (uint32_t i = 0; i < 20000 && order == 0; i++)
        continue;
    bool at_once = order == 1u << 3;
    report_interrupt_serve();
    cmrx_thread_join(CMRX_THREAD_ID(urgent), NULL, CMRX_FOREVER);
    return at_once;
}

static bool interrupt_number_past_the_last_is_refused(void)
{
    return cmrx_interrupt_done(1) == CMRX_INVALID &&
           cmrx_interrupt_done(UINT32_MAX) == CMRX_INVALID;
}

const struct test_case time_cases[] = {
    CASE(sleep_ends_in_time_never_early),
    CASE(sleep_into_the_past_returns_at_once),
    CASE(time_never_goes_back),
    CASE(long_sleep_passes_the_range_of_the_counter),
    CASE(wait_looks_at_the_word),
    CASE(words_of_others_are_refused),
    CASE(the_most_urgent_is_woken_first),
    CASE(join_gives_the_result),
    CASE(bad_threads_are_refused),
    CASE(equals_take_turns_when_they_yield),
    CASE(equals_share_the_processor),
    CASE(lower_runs_only_when_nobody_above_does),
    CASE(priority_can_be_lowered_and_restored),
    CASE(registers_survive_interrupts),
    CASE(interrupt_comes_once_until_it_is_done),
    CASE(interrupt_wakes_who_is_more_urgent_at_once),
    CASE(interrupt_number_past_the_last_is_refused),
};
const uint32_t time_cases_count = sizeof time_cases / sizeof time_cases[0];
