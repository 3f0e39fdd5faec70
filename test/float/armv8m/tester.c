// tester.c - floating point on v8-M: what only the Secure state has, and vectors.

#include "../registers.h"
#include "../relay.h"
#include "report.h"
#include "special.h"

CMRX_USE(struct victim, victim);
CMRX_USE(struct home, rival);
CMRX_POSTS(nudge);

#define TAG (TAG_TESTER << 16)

static uint32_t seen[FLOAT_WORDS];
static uint32_t __attribute__((aligned(8))) context[CONTEXT_WORDS];

// What an exception has stored on the stack is no longer in the registers: each is as
// it was, or nothing.
static bool own_or_nothing(uint32_t tag)
{
    uint32_t fpscr = registers_fpscr(tag), p0 = registers_predicates(tag);
    bool right = true;

    registers_look(seen);
    for (uint32_t n = 0; n < 32; n++)
        right = right && (seen[n] == 0 || seen[n] == (tag << 8 | n));
    return right && (seen[32] == 0 || seen[32] == fpscr) &&
           (seen[33] == 0 || seen[33] == p0);
}

static bool rival_undisturbed(void)
{
    uint32_t wrong = 1;

    cmrx_post(nudge, 1);
    return cmrx_call(&wrong, rival, wrong) == CMRX_OK && wrong == 0;
}

// A second user, which comes between at instants that are never the same.
#define ALARMS 100u

static volatile uint32_t fired;

CMRX_THREAD(intruder, .stack = 512, .priority = 21)
{
    uint32_t n = 0;

    for (;;) {
        cmrx_sleep_until(cmrx_time_now() + 137);
        registers_fill(TAG | 0x8000 | (++n & 0x7fff));
        cmrx_post(nudge, 1);
        fired++;
    }
}

// Whoever makes its context active has the long frame for it, on its own stack, and
// nobody else is told anything.
static bool active_context_is_the_affair_of_its_thread(void)
{
    bool right = true;

    for (uint32_t n = 0; n < 10; n++) {
        registers_fill(TAG | n);
        right = right && special_active(context, 8, 0) > 0;
        right = own_or_nothing(TAG | n) && right;
    }
    for (uint32_t before = fired; fired - before < ALARMS;) {
        registers_fill(TAG | 0x55);
        special_active(context, 1, 100 + fired % 64);
        right = own_or_nothing(TAG | 0x55) && right;
    }
    return right && rival_undisturbed();
}

static bool callee_of_an_active_context_sees_nothing(void)
{
    bool right = true;

    for (uint32_t n = 0; n < 10; n++) {
        registers_fill(TAG | n);
        right =
            right && special_call(CMRX_CALL_WORD(victim, own), context) == 0;
        right = own_or_nothing(TAG | n) && right;
    }
    return right && rival_undisturbed();
}

// Were it put off, it would be done by the kernel, for somebody else's registers.
static bool context_is_stored_at_once_or_never(void)
{
    bool right = true;

    context[0] = context[15] = 0;
    registers_fill(TAG | 3);
    special_store(context);
    right =
        context[0] == (TAG | 3) << 8 && context[15] == ((TAG | 3) << 8 | 15);
    context[0] = 0;
    return right && rival_undisturbed() && context[0] == 0;
}

#if __ARM_FEATURE_MVE
CMRX_USE(struct lanes, lanes);
CMRX_USE(struct loop, loop);

static uint32_t counts[8];

static bool intact(uint32_t tag)
{
    registers_look(seen);
    return registers_are(seen, tag);
}

static bool interrupted_block_goes_on_where_it_was(void)
{
    bool right = true;

    for (uint32_t before = fired; fired - before < ALARMS;) {
        uint32_t n = 100 + fired % 64;
        vectors_block(n, counts);
        for (uint32_t lane = 0; lane < 4; lane++) {
            bool is_meant = lane == 1 || lane == 2;
            right = right && counts[lane] == (is_meant ? n : 0) &&
                    counts[4 + lane] == (is_meant ? 0 : n);
        }
    }
    return right && rival_undisturbed();
}

static bool interrupted_loop_keeps_its_tail(void)
{
    bool right = true;

    for (uint32_t before = fired; fired - before < ALARMS;) {
        uint32_t n = 100 + fired % 64;
        vectors_tail(n, counts);
        right = right && counts[0] == 2 * n && counts[1] == 2 * n &&
                counts[2] == 2 * n && counts[3] == n;
    }
    return right && rival_undisturbed();
}

// It has vectors written in C.
static bool callee_is_not_in_the_block_of_its_caller(void)
{
    return vectors_call(CMRX_CALL_WORD(lanes, wrong)) == 0;
}

// With LTPSIZE as the tag says: 0 to 4.
static bool loops_of_others_are_loops(void)
{
    bool right = true;

    for (uint32_t n = 0; n < 8; n++) {
        uint32_t turns = 0;
        registers_fill(TAG | n);
        enum cmrx_status s = cmrx_call(&turns, loop, turns, 5);
        right = intact(TAG | n) && right && s == CMRX_OK && turns == 5;
    }
    return right;
}
#endif

#define CASE(name)                                                             \
    {                                                                          \
#name, name                                                            \
    }

static const struct test_case cases[] = {
    CASE(active_context_is_the_affair_of_its_thread),
    CASE(callee_of_an_active_context_sees_nothing),
    CASE(context_is_stored_at_once_or_never),
#if __ARM_FEATURE_MVE
    CASE(interrupted_block_goes_on_where_it_was),
    CASE(interrupted_loop_keeps_its_tail),
    CASE(callee_is_not_in_the_block_of_its_caller),
    CASE(loops_of_others_are_loops),
#endif
};

// All of it is its bound: the cases are called through a table.
CMRX_THREAD(main, .stack = 8192, .bound = 8192, .priority = 10)
{
    test_run(cases, sizeof cases / sizeof cases[0]);
}
