// test_words.c - whoever waits, for whichever word: it alone is woken, and by all ways.
//
// The words that are waited for in a process are a tree (kernel/words.c), out of which
// a port may take them by a way of its own. So threads begin to wait in any order, for
// any of these words, and are woken in another.

#include "tester.h"

#define ROUNDS 100u
#define WORDS  8u // all that differ in three bits of the address
#define CHOSEN 4u

enum { TOLD = CHOSEN, SENT, SLEEPERS }; // whom a post wakes, and an interrupt

CMRX_EVENT(told);

static volatile uint32_t words[WORDS], woken;
static volatile uint32_t *waits_for[SLEEPERS];

static void sleep(uint32_t n)
{
    if (cmrx_wait(waits_for[n], 0, CMRX_FOREVER) == CMRX_OK)
        woken ^= 1u << n;
}

#define SLEEPER(name)                                                          \
    CMRX_THREAD(name, .stack = CMRX_AUTO, .priority = 12, .dormant = 1)        \
    {                                                                          \
        sleep(argument);                                                       \
    }

SLEEPER(a)
SLEEPER(b)
SLEEPER(c)
SLEEPER(d)
SLEEPER(e)
SLEEPER(f)

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

static bool all_begin(const uint8_t *order)
{
    bool ok = true;

    woken = told = 0;
    sent_begin();
    for (uint32_t i = 0; i < SLEEPERS; i++)
        ok &= cmrx_thread_start(thread_of(order[i]), order[i]) == CMRX_OK;
    return ok && woken == 0;
}

static bool tell(uint32_t bit)
{
    int32_t status = CMRX_INVALID;

    return cmrx_call(&status, victim, tell, bit) == CMRX_OK &&
           status == CMRX_OK && (told & bit) != 0;
}

static bool wake(uint32_t n)
{
    if (n == TOLD)
        return tell(1);
    if (n != SENT)
        return cmrx_wake(waits_for[n], 1) == 1;
    report_interrupt_raise();
    for (uint32_t i = 0; i < 20000 && (woken >> SENT & 1) == 0; i++)
        continue;
    report_interrupt_serve();
    return true;
}

// `nobody` is a word for which nobody waits.
static bool all_are_woken(const uint8_t *order, volatile uint32_t *nobody)
{
    uint32_t expected = 0;

    for (uint32_t i = 0; i < SLEEPERS; i++) {
        expected |= 1u << order[i];
        if (!wake(order[i]) || woken != expected || cmrx_wake(nobody, 1) != 0 ||
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
    { "whoever_waits_is_woken_and_nobody_else",
      whoever_waits_is_woken_and_nobody_else },
};
const uint32_t words_cases_count = sizeof words_cases / sizeof words_cases[0];
