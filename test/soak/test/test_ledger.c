// test_ledger.c - the account of the soak alone: what it calls lost, and what not.

#include "../soak.h"

#include <cmrx/test.h>

CMRX_USE(struct ledger, ledger);
CMRX_USE(struct books, books);

// As in ledger.c.
CMRX_DEVICE(
    struct window { uint32_t word[4 + MESSAGES + 1]; }, window);

#define SENDER 0u

static void begin(void)
{
    cmrx_test_start();
    memset((void *)&window, 0, sizeof(window));
    window.word[1] = 1; // seed
    cmrx_test_as(A);
}

static void sender_is_born(void)
{
    uint32_t id = 99;

    cmrx_call(&id, ledger, born, 0);
    cmrx_check_equal(id, SENDER);
}

static uint32_t box_is_born(void)
{
    uint32_t life = 0;

    cmrx_call(&life, ledger, box_born);
    return life;
}

static uint32_t offered(void)
{
    uint64_t hand = 0;

    cmrx_call(&hand, ledger, offer, SENDER);
    return (uint32_t)hand;
}

static void accepted(uint32_t number, uint32_t life)
{
    cmrx_call(NULL, ledger, outcome, number, IS_ACCEPTED, life);
}

static void is(uint32_t number, enum outcome what)
{
    cmrx_call(NULL, ledger, outcome, number, what, 0);
}

static uint32_t judged(void)
{
    uint32_t wrong = 99;

    cmrx_call(&wrong, books, judge);
    return wrong;
}

CMRX_TEST(what_was_received_and_is_out_of_the_box_is_well)
{
    begin();
    sender_is_born();
    uint32_t n = offered();
    accepted(n, box_is_born());
    cmrx_call(NULL, ledger, received, n, 0);
    is(n, IS_SETTLED);
    cmrx_check_equal(judged(), NOTHING_WRONG);
}

CMRX_TEST(what_is_out_of_the_box_and_was_not_received_is_lost)
{
    begin();
    sender_is_born();
    uint32_t n = offered();
    accepted(n, box_is_born());
    is(n, IS_SETTLED);
    cmrx_check_equal(judged(), LOST);
}

CMRX_TEST(a_sender_that_lives_has_to_know)
{
    begin();
    sender_is_born();
    uint32_t n = offered();
    cmrx_check_equal(n, 1);
    cmrx_check_equal(judged(), UNRESOLVED);
}

CMRX_TEST(what_a_dead_sender_had_in_a_box_that_lives_is_lost)
{
    begin();
    sender_is_born();
    uint32_t n = offered();
    accepted(n, box_is_born());
    sender_is_born();
    cmrx_check_equal(judged(), LOST);
}

CMRX_TEST(what_a_dead_sender_had_in_a_box_that_ended_is_well)
{
    begin();
    sender_is_born();
    uint32_t n = offered();
    accepted(n, box_is_born());
    sender_is_born();
    box_is_born();
    cmrx_check_equal(judged(), NOTHING_WRONG);
}

// The box is born by the call that puts the message: after it was offered.
CMRX_TEST(the_box_that_counts_is_the_one_that_has_accepted)
{
    begin();
    sender_is_born();
    box_is_born();
    uint32_t n = offered();
    accepted(n, box_is_born());
    sender_is_born();
    cmrx_check_equal(judged(), LOST);
}

CMRX_TEST(what_a_dead_sender_was_told_nothing_of_is_open)
{
    uint32_t open = 0;

    begin();
    sender_is_born();
    offered();
    sender_is_born();
    cmrx_check_equal(judged(), NOTHING_WRONG);
    cmrx_call(&open, books, count, OPEN);
    cmrx_check_equal(open, 1);
}

CMRX_TEST(once_is_enough_unless_a_receiver_has_died)
{
    begin();
    sender_is_born();
    uint32_t n = offered();
    cmrx_call(NULL, ledger, received, n, 0);
    cmrx_call(NULL, ledger, received, n, 1);
    is(n, IS_UNKNOWN);
    cmrx_check_equal(judged(), NOTHING_WRONG);
    cmrx_call(NULL, ledger, received, n, 0);
    cmrx_check_equal(judged(), TWICE);
}

CMRX_TEST(what_was_refused_is_not_received_in_either_order)
{
    begin();
    sender_is_born();
    uint32_t n = offered();
    is(n, IS_REFUSED);
    cmrx_check_equal(judged(), NOTHING_WRONG);
    cmrx_call(NULL, ledger, received, n, 0);
    cmrx_check_equal(judged(), RECEIVED_NOT_PUT);
}

CMRX_TEST(what_was_received_cannot_have_been_refused)
{
    begin();
    sender_is_born();
    uint32_t n = offered();
    cmrx_call(NULL, ledger, received, n, 0);
    is(n, IS_REFUSED);
    cmrx_check_equal(judged(), RECEIVED_NOT_PUT);
}

CMRX_TEST(what_nobody_has_sent_is_forged)
{
    begin();
    sender_is_born();
    cmrx_call(NULL, ledger, received, 1, 0);
    cmrx_check_equal(judged(), FORGED);
}
