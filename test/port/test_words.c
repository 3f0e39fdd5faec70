// test_words.c - whoever waits, for whichever word: it alone is woken, and by all ways.
//
// The words that are waited for in a process are a tree (kernel/words.c), out of which
// a port may take them by a way of its own. So threads begin to wait in any order, for
// any of these words, and are woken in another.

#include "processor.h"
#include "tester.h"

#include <cmrx/mutex.h>

#define ROUNDS 100u
#define WORDS  8u // all that differ in three bits of the address
#define CHOSEN 4u

// One that is less urgent than who wakes it; whom a post wakes, and an interrupt.
enum { LESS_URGENT = 2, TOLD = CHOSEN, SENT, SLEEPERS };

CMRX_EVENT(told);
CMRX_POSTS(heard);

static uint32_t all_told; // since the event was nothing

static volatile uint32_t words[WORDS], woken;
static volatile uint32_t *waits_for[SLEEPERS];

static void sleep(uint32_t n)
{
    probe_fill();
    if (cmrx_wait(waits_for[n], 0, CMRX_FOREVER) == CMRX_OK &&
        probe_is_filled())
        woken ^= 1u << n;
}

#define SLEEPER(name, urgent)                                                  \
    CMRX_THREAD(name, .stack = CMRX_AUTO, .priority = (urgent), .dormant = 1)  \
    {                                                                          \
        sleep(argument);                                                       \
    }

SLEEPER(a, 12)
SLEEPER(b, 12)
SLEEPER(c, 8)
SLEEPER(d, 13)
SLEEPER(e, 12)
SLEEPER(f, 12)

static uint32_t thread_of(uint32_t n)
{
    const uint32_t all[SLEEPERS] = { CMRX_THREAD_ID(a), CMRX_THREAD_ID(b),
                                     CMRX_THREAD_ID(c), CMRX_THREAD_ID(d),
                                     CMRX_THREAD_ID(e), CMRX_THREAD_ID(f) };

    return all[n];
}

// 0 to count - 1, in any order.
static void shuffle(uint8_t *order, uint32_t count)
{
    static uint32_t random = 1;

    for (uint32_t i = 0; i < count; i++) {
        random = random * 1664525u + 1013904223u;
        uint32_t at = (random >> 16) % (i + 1);
        order[i] = order[at];
        order[at] = (uint8_t)i;
    }
}

static void others_run(void)
{
    cmrx_thread_priority(5);
    cmrx_thread_priority(10);
}

static bool all_begin(const uint8_t *order)
{
    bool ok = true;

    woken = told = all_told = 0;
    sent_begin();
    for (uint32_t i = 0; i < SLEEPERS; i++) {
        ok &= cmrx_thread_start(thread_of(order[i]), order[i]) == CMRX_OK;
        others_run();
    }
    return ok && woken == 0;
}

static bool tell(uint32_t bit)
{
    int32_t status = CMRX_INVALID;

    all_told |= bit;
    return cmrx_call(&status, victim, tell, bit) == CMRX_OK &&
           status == CMRX_OK && told == all_told;
}

// With something in the registers that are not asked for, and that are kept.
static bool wake_by_hand(volatile uint32_t *word)
{
    probe_fill();
    struct cmrx_reply reply =
        cmrx_trap(CMRX_SYS_WAKE, (uint32_t)(uintptr_t)word, 1, 0x33, 0x44);
    return probe_is_filled() && reply.low == 1 && reply.high == 0 &&
           reply.status == CMRX_OK;
}

static bool wake(uint32_t n)
{
    if (n == TOLD)
        return tell(1);
    if (n != SENT)
        return wake_by_hand(waits_for[n]);
    report_interrupt_raise();
    for (uint32_t i = 0; i < 20000 && (woken >> SENT & 1) == 0; i++)
        continue;
    report_interrupt_serve();
    return true;
}

static bool wakes(uint32_t n)
{
    uint32_t before = woken;
    bool ok = wake(n);

    if (n == LESS_URGENT) {
        ok = ok && woken == before;
        others_run();
    }
    return ok && woken == (before | 1u << n);
}

// `nobody` is a word for which nobody waits.
static bool all_are_woken(const uint8_t *order, volatile uint32_t *nobody)
{
    uint32_t expected = 0;

    for (uint32_t i = 0; i < SLEEPERS; i++) {
        expected |= 1u << order[i];
        if (!wakes(order[i]) || woken != expected ||
            cmrx_wake(nobody, 1) != 0 ||
            ((expected >> TOLD & 1) != 0 && !tell(2u << i)) ||
            woken != expected)
            return false;
    }
    for (uint32_t i = 0; i < SLEEPERS; i++)
        if (cmrx_thread_join(thread_of(i), NULL, cmrx_time_now() + 1000) !=
            CMRX_OK)
            return false;
    return true;
}

// ---- Several for one word; a mutex; one that was called in another process

static bool the_first_of_equals_is_woken(void)
{
    static const uint8_t order[] = { 0, 1, TOLD, 3 }; // the last is above them
    bool ok = true;

    woken = 0;
    for (uint32_t i = 0; i < 4; i++) {
        waits_for[order[i]] = &words[0];
        ok &= cmrx_thread_start(thread_of(order[i]), order[i]) == CMRX_OK;
    }
    ok = ok && cmrx_wake(&words[0], 1) == 1 && woken == 1u << 3;
    for (uint32_t i = 0; i < 3; i++)
        ok = ok && cmrx_wake(&words[0], 1) == 1 && (woken >> order[i] & 1) != 0;
    for (uint32_t i = 0; i < 4; i++)
        ok = ok && cmrx_thread_join(thread_of(order[i]), NULL,
                                    cmrx_time_now() + 1000) == CMRX_OK;
    return ok;
}

static bool who_is_as_urgent_is_woken_and_waits(void)
{
    uint32_t thread = thread_of(LESS_URGENT);

    woken = 0;
    waits_for[LESS_URGENT] = &words[0];
    bool ok = cmrx_thread_start(thread, LESS_URGENT) == CMRX_OK;
    others_run();
    cmrx_thread_priority(8); // as it has
    ok = ok && cmrx_wake(&words[0], 1) == 1 && woken == 0;
    others_run();
    return ok && woken == 1u << LESS_URGENT &&
           cmrx_thread_join(thread, NULL, cmrx_time_now() + 1000) == CMRX_OK;
}

static bool a_wake_of_none_wakes_nobody(void)
{
    uint32_t result = 1;

    woken = 0;
    waits_for[0] = &words[0];
    return cmrx_thread_start(thread_of(0), 0) == CMRX_OK &&
           cmrx_wake(&words[0], 0) == 0 && woken == 0 &&
           cmrx_wake(&words[0], 1) == 1 && woken == 1 &&
           cmrx_thread_join(thread_of(0), &result, cmrx_time_now() + 1000) ==
               CMRX_OK &&
           result == 0; // the body has returned
}

// One thread for each time that it comes: for the others it comes once more.
static bool an_interrupt_wakes_all_who_wait(void)
{
    bool ok = true;

    woken = 0;
    sent_begin();
    for (uint32_t i = 0; i < 2; i++) {
        waits_for[i] = sent_event();
        ok &= cmrx_thread_start(thread_of(i), i) == CMRX_OK;
    }
    report_interrupt_raise();
    for (uint32_t i = 0; i < 20000 && woken != 3; i++)
        continue;
    report_interrupt_serve();
    ok = ok && woken == 3;
    for (uint32_t i = 0; i < 2; i++) {
        cmrx_wake(sent_event(), 1);
        ok &= cmrx_thread_join(thread_of(i), NULL, cmrx_time_now() + 1000) ==
              CMRX_OK;
    }
    return ok;
}

// Each process has its own posts, who is in it uses these. Behind the only one of this
// is that of the victim.
static bool a_post_is_that_of_the_process_it_comes_from(void)
{
    uint32_t heard_there = 0, then = 1;

    victim_renew();
    told = all_told = 0;
    return cmrx_post(heard, 4) == CMRX_OK &&
           cmrx_call(&heard_there, victim, hears) == CMRX_OK &&
           heard_there == 4 && tell(1) && tell(2) &&
           cmrx_trap(CMRX_SYS_POST, 1, 8, 0, 0).status == CMRX_INVALID &&
           told == all_told && cmrx_call(&then, victim, hears) == CMRX_OK &&
           then == 0;
}

static struct cmrx_mutex mutex;

CMRX_THREAD(owner, .stack = CMRX_AUTO, .priority = 12, .dormant = 1)
{
    cmrx_mutex_lock(&mutex, CMRX_FOREVER);
    cmrx_wait(&words[argument], 0, CMRX_FOREVER);
    cmrx_mutex_unlock(&mutex);
}

CMRX_THREAD(rival, .stack = CMRX_AUTO, .priority = 12, .dormant = 1)
{
    cmrx_mutex_lock(&mutex, CMRX_FOREVER);
    woken = argument;
    cmrx_mutex_unlock(&mutex);
}

// Whoever wakes it there: it lends to the owner, who waits for something else.
static bool who_wants_a_mutex_has_it_when_it_is_free(void)
{
    woken = 0;
    return cmrx_thread_start(CMRX_THREAD_ID(owner), 1) == CMRX_OK &&
           cmrx_thread_start(CMRX_THREAD_ID(rival), 5) == CMRX_OK &&
           cmrx_wake(&mutex.word, 1) == 1 && woken == 0 &&
           cmrx_wake(&words[1], 1) == 1 && woken == 5 &&
           cmrx_thread_join(CMRX_THREAD_ID(owner), NULL,
                            cmrx_time_now() + 1000) == CMRX_OK &&
           cmrx_thread_join(CMRX_THREAD_ID(rival), NULL,
                            cmrx_time_now() + 1000) == CMRX_OK;
}

CMRX_THREAD(guest, .stack = CMRX_AUTO, .priority = 12, .dormant = 1)
{
    int32_t status = CMRX_INVALID;

    if (cmrx_call(&status, victim, stay) == CMRX_OK && status == CMRX_OK)
        woken = argument;
}

static bool who_waits_in_a_call_goes_on_there(void)
{
    int32_t count = 0;

    victim_renew();
    woken = 0;
    return cmrx_thread_start(CMRX_THREAD_ID(guest), 7) == CMRX_OK &&
           cmrx_call(&count, victim, let_go) == CMRX_OK && count == 1 &&
           cmrx_thread_join(CMRX_THREAD_ID(guest), NULL,
                            cmrx_time_now() + 1000) == CMRX_OK &&
           woken == 7;
}

static bool whoever_waits_is_woken_and_nobody_else(void)
{
    victim_renew();
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint8_t chosen[WORDS], order[SLEEPERS];

        shuffle(chosen, WORDS);
        for (uint32_t i = 0; i < CHOSEN; i++)
            waits_for[i] = &words[chosen[i]];
        waits_for[TOLD] = &told;
        waits_for[SENT] = sent_event();
        shuffle(order, SLEEPERS);
        if (!all_begin(order))
            return false;
        shuffle(order, SLEEPERS);
        if (!all_are_woken(order, &words[chosen[CHOSEN]]))
            return false;
    }
    return true;
}

const struct test_case words_cases[] = {
    CASE(whoever_waits_is_woken_and_nobody_else),
    CASE(who_wants_a_mutex_has_it_when_it_is_free),
    CASE(the_first_of_equals_is_woken),
    CASE(who_waits_in_a_call_goes_on_there),
    CASE(who_is_as_urgent_is_woken_and_waits),
    CASE(a_wake_of_none_wakes_nobody),
    CASE(an_interrupt_wakes_all_who_wait),
    CASE(a_post_is_that_of_the_process_it_comes_from),
};
const uint32_t words_cases_count = sizeof words_cases / sizeof words_cases[0];
