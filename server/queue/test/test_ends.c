// test_ends.c - what the ends of a queue are told of each other's ends.

#include "ends.h"

CMRX_USE(struct messages_in, messages_in);

static CMRX_SHARED struct queue_account account;

// ---- The receiver ends

CMRX_TEST(a_sender_is_told_that_the_receiver_does_not_run)
{
    start();
    cmrx_check_equal(put(SENDER, 1), 0); // nobody has come yet
    cmrx_check_equal(get(), SENDER);
    cmrx_check_equal(done(RECEIVER), 0);
    ends(RECEIVER);
    cmrx_check_equal(put(SENDER, 2), QUEUE_ENDED);
    cmrx_check_equal(put(SENDER, 2), QUEUE_ENDED);
    restarts(RECEIVER);
    cmrx_check_equal(put(SENDER, 2), QUEUE_RESTARTED); // once
    cmrx_check_equal(put(SENDER, 3), 0);
    cmrx_check_equal(get(), SENDER);
    cmrx_check_equal(got.word[0], 3);
    check_account(SENDER, 1, 0);
}

CMRX_TEST(what_was_in_hand_is_lost_and_its_sender_told)
{
    start();
    cmrx_check_equal(put(SENDER, 1), 0);
    cmrx_check_equal(put(OTHER, 2), 0);
    cmrx_check_equal(get(), SENDER);
    check_account(SENDER, 1, 0);
    restarts(RECEIVER); // nobody has seen it down
    check_account(SENDER, 0, 1);
    cmrx_check_equal(put(SENDER, 3), QUEUE_LOST);
    cmrx_check_equal(put(SENDER, 3), 0);
    cmrx_check_equal(put(OTHER, 4), QUEUE_RESTARTED);
    cmrx_check_equal(put(OTHER, 4), 0);
    check_account(SENDER, 1, 1);
    check_account(OTHER, 2, 0);
    for (uint32_t n = 2; n <= 4; n++) { // what was put before is still there
        cmrx_check(get() >= 0);
        cmrx_check_equal(got.word[0], n);
    }
    cmrx_check_equal(done(RECEIVER), 0);
    check_account(OTHER, 0, 0);
}

CMRX_TEST(what_was_dealt_with_is_not_lost)
{
    start();
    cmrx_check_equal(put(SENDER, 1), 0);
    cmrx_check_equal(put(SENDER, 2), 0);
    cmrx_check_equal(get(), SENDER);
    cmrx_check_equal(get(), SENDER); // says that the first one is
    cmrx_check_equal(done(RECEIVER), 0);
    restarts(RECEIVER);
    cmrx_check_equal(put(SENDER, 3), QUEUE_RESTARTED);
    check_account(SENDER, 0, 0);
}

CMRX_TEST(a_receiver_that_finds_nothing_has_dealt_with_the_last)
{
    start();
    cmrx_check_equal(put(SENDER, 1), 0);
    cmrx_check_equal(get(), SENDER);
    cmrx_check_equal(get(), QUEUE_EMPTY);
    restarts(RECEIVER);
    cmrx_check_equal(put(SENDER, 3), QUEUE_RESTARTED);
}

CMRX_TEST(who_waits_for_room_learns_that_the_receiver_has_ended)
{
    start();
    cmrx_check_equal(get(), QUEUE_EMPTY);
    fill();
    struct host_thread *t = cmrx_test_thread("writer", visit_put, SENDER, 9);
    ends(RECEIVER);
    cmrx_sleep_until(cmrx_time_now() + 50000);
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(waited, QUEUE_ENDED);
}

CMRX_TEST(a_receiver_that_ends_while_it_waits_is_noticed_at_once)
{
    start();
    cmrx_check_equal(put(SENDER, 0), 0);
    cmrx_check_equal(get(), SENDER);
    cmrx_check_equal(put(OTHER, 0), 0);
    cmrx_check_equal(get(), OTHER);
    struct host_thread *t = cmrx_test_thread("reader", visit_get, RECEIVER, 9);
    restarts(RECEIVER);
    cmrx_test_cancel(t);
    cmrx_check(cmrx_test_has_ended(t));
    ends(RECEIVER);
    restarts(RECEIVER);
    cmrx_check_equal(put(SENDER, 1), QUEUE_RESTARTED);
    cmrx_check_equal(put(SENDER, 1), 0);
    cmrx_check_equal(put(OTHER + 1, 1), 0); // it had never put before
    cmrx_check_equal(get(), SENDER);
}

CMRX_TEST(a_message_goes_to_no_thread_of_a_receiver_that_is_gone)
{
    start();
    struct host_thread *t = cmrx_test_thread("reader", visit_get, RECEIVER, 9);
    restarts(RECEIVER); // its thread was called through, and is not cancelled
    cmrx_check_equal(put(SENDER, 1), 0);
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(waited, QUEUE_CANCELLED);
    cmrx_check_equal(get(), SENDER);
}

CMRX_TEST(one_process_receives_until_it_ends)
{
    start();
    cmrx_check_equal(put(SENDER, 1), 0);
    cmrx_check_equal(put(SENDER, 2), 0);
    cmrx_check_equal(get(), SENDER);
    cmrx_check_equal(get_for(OTHER, 0), QUEUE_TAKEN);
    cmrx_check_equal(done(OTHER), QUEUE_TAKEN);
    ends(RECEIVER);
    cmrx_check_equal(get_for(OTHER, 0), SENDER);
    cmrx_check_equal(got.word[0], 2);
    cmrx_check_equal(put(SENDER, 3), QUEUE_LOST);
    restarts(RECEIVER);
    cmrx_check_equal(get(), QUEUE_TAKEN);
}

CMRX_TEST(who_has_ended_neither_puts_nor_gets)
{
    start();
    cmrx_check_equal(put(SENDER, 1), 0);
    ends(SENDER);
    ends(RECEIVER);
    cmrx_check_equal(put(SENDER, 2), QUEUE_CANCELLED);
    cmrx_check_equal(get(), QUEUE_CANCELLED);
    cmrx_check_equal(done(RECEIVER), QUEUE_CANCELLED);
}

CMRX_TEST(each_loss_is_counted_and_told_once)
{
    start();
    for (uint32_t n = 1; n <= 2; n++) {
        cmrx_check_equal(put(SENDER, n), 0);
        cmrx_check_equal(get(), SENDER);
        restarts(RECEIVER);
        cmrx_check_equal(put(SENDER, 3), QUEUE_LOST);
        check_account(SENDER, 0, n);
    }
    cmrx_check_equal(get(), QUEUE_EMPTY);
    restarts(RECEIVER);
    cmrx_check_equal(put(SENDER, 3), QUEUE_RESTARTED);
}

CMRX_TEST(who_waits_learns_at_once_when_somebody_else_does)
{
    start();
    cmrx_check_equal(get(), QUEUE_EMPTY);
    fill();
    struct host_thread *t = cmrx_test_thread("writer", visit_put, SENDER, 9);
    ends(RECEIVER);
    cmrx_check_equal(put(OTHER, 9), QUEUE_ENDED);
    cmrx_check(cmrx_test_has_ended(t));
}

// The hand holds one: who gets the second has dealt with the first.
CMRX_TEST(two_threads_of_the_receiver_have_one_hand)
{
    start();
    cmrx_test_thread("first", visit_get, RECEIVER, 9);
    cmrx_test_thread("second", visit_get, RECEIVER, 8);
    cmrx_check_equal(put(SENDER, 1), 0);
    check_account(SENDER, 1, 0);
    cmrx_check_equal(put(SENDER, 2), 0);
    check_account(SENDER, 1, 0);
}

// ---- A sender ends

CMRX_TEST(messages_of_a_sender_that_has_ended_come_and_are_marked)
{
    start();
    cmrx_check_equal(put(SENDER, 1), 0);
    cmrx_check_equal(put(SENDER, 2), 0);
    cmrx_check_equal(get(), SENDER);
    ends(SENDER);
    cmrx_check_equal(get(), SENDER | QUEUE_OLD);
    cmrx_check_equal(got.word[0], 2);
}

CMRX_TEST(the_first_message_of_a_new_life_is_marked)
{
    start();
    cmrx_check_equal(put(SENDER, 1), 0);
    cmrx_check_equal(put(SENDER, 2), 0);
    cmrx_check_equal(get(), SENDER);
    restarts(SENDER);
    check_account(SENDER, 0, 0); // it does not know of what it put before
    cmrx_check_equal(put(SENDER, 3), 0);
    cmrx_check_equal(put(SENDER, 4), 0);
    cmrx_check_equal(get(), SENDER | QUEUE_OLD);
    cmrx_check_equal(get(), SENDER | QUEUE_NEW);
    cmrx_check_equal(get(), SENDER);
    check_account(SENDER, 1, 0);
    cmrx_check_equal(done(RECEIVER), 0);
    check_account(SENDER, 0, 0);
}

CMRX_TEST(a_new_life_is_marked_also_when_all_of_the_last_was_received)
{
    start();
    cmrx_check_equal(put(SENDER, 1), 0);
    cmrx_check_equal(get(), SENDER);
    restarts(SENDER);
    cmrx_check_equal(put(SENDER, 2), 0);
    cmrx_check_equal(get(), SENDER | QUEUE_NEW);
}

CMRX_TEST(a_new_life_is_not_told_of_losses_of_the_last)
{
    start();
    cmrx_check_equal(put(SENDER, 1), 0);
    cmrx_check_equal(get(), SENDER);
    restarts(SENDER);
    cmrx_check_equal(put(SENDER, 2), 0);
    restarts(RECEIVER);
    cmrx_check_equal(put(SENDER, 3), QUEUE_RESTARTED);
    check_account(SENDER, 1, 0);
}

CMRX_TEST(a_new_receiver_has_heard_of_nobody)
{
    start();
    cmrx_check_equal(put(SENDER, 1), 0);
    cmrx_check_equal(get(), SENDER);
    restarts(SENDER);
    restarts(RECEIVER);
    cmrx_check_equal(put(SENDER, 2), 0);
    cmrx_check_equal(get(), SENDER);
}

// A visitor whose caller in the chain was restarted meanwhile.
CMRX_TEST(what_a_sender_wanted_to_put_in_its_last_life_is_not_put)
{
    start();
    fill();
    struct host_thread *t = cmrx_test_thread("writer", visit_put, SENDER, 9);
    restarts(SENDER);
    cmrx_check_equal(put(SENDER, 5), QUEUE_FULL);
    cmrx_check_equal(get(), OTHER);
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(waited, QUEUE_CANCELLED);
    cmrx_check_equal(put(SENDER, 6), 0);
}

// One place, two that wait for it: the first leaves without it.
CMRX_TEST(room_that_is_not_used_is_passed_on)
{
    start();
    fill();
    struct host_thread *first =
        cmrx_test_thread("first", visit_put, SENDER, 10);
    struct host_thread *second =
        cmrx_test_thread("second", visit_put, SENDER + 2, 9);
    restarts(SENDER);
    cmrx_check_equal(put(SENDER, 5), QUEUE_FULL);
    cmrx_check_equal(get(), OTHER);
    cmrx_check(cmrx_test_has_ended(first));
    cmrx_check(cmrx_test_has_ended(second));
}

// ---- Anything, in any order

// What two senders were told, beside what has really come of it.
static uint32_t put_ever[2], received[2], lost_ever[2];
static uint32_t number; // of the next message

static void check_sums(void)
{
    for (uint32_t n = 0; n < 2; n++) {
        int32_t result = 1;

        cmrx_test_as(SENDER + n);
        cmrx_call(&result, messages_in, account, &account);
        cmrx_check_equal(result, 0);
        cmrx_check_equal(account.lost, lost_ever[n]);
        cmrx_check_equal(put_ever[n],
                         received[n] + account.waiting + account.lost);
    }
}

static uint32_t hand; // whose message the receiver has; 0: nobody's

static void put_down(bool lost)
{
    if (hand != 0)
        (lost ? lost_ever : received)[hand - SENDER]++;
    hand = 0;
}

static void do_anything(uint32_t what, uint32_t who)
{
    int32_t result;

    switch (what) {
    case 0:
        put_down(true);
        restarts(RECEIVER);
        break;
    case 1:
        put_down(false);
        cmrx_check_equal(done(RECEIVER), 0);
        break;
    case 2:
    case 3:
    case 4:
        put_down(false);
        result = get();
        if (result >= 0)
            hand = QUEUE_FROM(result);
        break;
    default:
        result = put_for(who, number++, what & 3, 0);
        put_ever[who - SENDER] += result == 0;
    }
}

CMRX_TEST(each_message_is_received_or_waits_or_its_sender_is_told)
{
    uint32_t random = 1;

    start();
    cmrx_check_equal(get(), QUEUE_EMPTY); // so it is known as the receiver
    for (uint32_t n = 0; n < 10000; n++) {
        random = random * 1664525u + 1013904223u;
        do_anything(random >> 16 & 7, SENDER + (random >> 20 & 1));
        check_sums();
    }
    cmrx_check(received[0] > 500 && lost_ever[0] > 100 && put_ever[1] > 500);
}

// ---- Without the right to look at processes

CMRX_TEST(without_the_right_it_is_a_queue_all_the_same)
{
    start();
    has_right = false;
    cmrx_check_equal(put(SENDER, 1), 0);
    cmrx_check_equal(get(), SENDER);
    ends(RECEIVER);
    ends(SENDER);
    cmrx_check_equal(put(SENDER, 2), 0);
    cmrx_check_equal(get(), SENDER);
    check_account(SENDER, 1, 0);
}
