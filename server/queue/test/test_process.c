// test_process.c - the queue between processes, as its ends see it.

#include "../messages.h"

#include <cmrx/test.h>

CMRX_USE(struct messages_in, messages_in);
CMRX_USE(struct messages_out, messages_out);

// Numbers of processes; 0 is the queue itself.
enum { RECEIVER = 1, SENDER, OTHER, PROCESSES = 8 };

// ---- The kernel that it asks

static struct cmrx_process_status statuses[PROCESSES];
static bool has_right;

static enum cmrx_status process_status(uint32_t id,
                                       struct cmrx_process_status *status)
{
    if (!has_right)
        return CMRX_DENIED;
    cmrx_check(id < PROCESSES);
    *status = statuses[id];
    return CMRX_OK;
}

static void start(void)
{
    has_right = true;
    for (uint32_t n = 0; n < PROCESSES; n++)
        statuses[n] =
            (struct cmrx_process_status){ CMRX_PROCESS_RUNNING, 7, 0 };
    cmrx_fake_control.process_status = process_status;
    cmrx_test_start();
}

static void ends(uint32_t process)
{
    statuses[process].state = CMRX_PROCESS_FAULTED;
}

static void restarts(uint32_t process)
{
    statuses[process].state = CMRX_PROCESS_RUNNING;
    statuses[process].generation++;
}

// ---- The ends

static CMRX_SHARED struct message sent, got;
static CMRX_SHARED struct queue_account account;

static int32_t put_for(uint32_t who, uint32_t word, uint32_t priority,
                       uint32_t wait_us)
{
    int32_t result = 1;

    cmrx_test_as(who);
    sent.word[0] = word;
    cmrx_check_equal(cmrx_call(&result, messages_in, put, &sent, sizeof(sent),
                               priority, wait_us),
                     CMRX_OK);
    return result;
}

static int32_t put(uint32_t who, uint32_t word)
{
    return put_for(who, word, 0, 0);
}

static int32_t get_for(uint32_t who, uint32_t wait_us)
{
    int32_t result = INT32_MIN;

    cmrx_test_as(who);
    cmrx_check_equal(
        cmrx_call(&result, messages_out, get, &got, sizeof(got), wait_us),
        CMRX_OK);
    return result;
}

static int32_t get(void)
{
    return get_for(RECEIVER, 0);
}

static int32_t done(uint32_t who)
{
    int32_t result = 1;

    cmrx_test_as(who);
    cmrx_check_equal(cmrx_call(&result, messages_out, done), CMRX_OK);
    return result;
}

static void check_account(uint32_t who, uint32_t waiting, uint32_t lost)
{
    int32_t result = 1;

    cmrx_test_as(who);
    cmrx_check_equal(cmrx_call(&result, messages_in, account, &account),
                     CMRX_OK);
    cmrx_check_equal(result, 0);
    cmrx_check_equal(account.waiting, waiting);
    cmrx_check_equal(account.lost, lost);
}

// ---- Messages

CMRX_TEST(a_message_comes_as_it_was_put_and_says_from_whom)
{
    start();
    sent.word[3] = 99;
    cmrx_check_equal(put_for(SENDER, 5, 2, 0), 0);
    cmrx_check_equal(get(), SENDER | 2 << 8);
    cmrx_check_equal(got.word[0], 5);
    cmrx_check_equal(got.word[3], 99);
    cmrx_check_equal(QUEUE_FROM(SENDER | 2 << 8), SENDER);
    cmrx_check_equal(QUEUE_PRIORITY(SENDER | 2 << 8 | QUEUE_OLD), 2);
}

CMRX_TEST(the_most_urgent_comes_first_and_of_these_the_oldest)
{
    static const uint32_t priority[] = { 1, 0, 3, 1, 3, 2, 0 };
    static const uint32_t order[] = { 2, 4, 5, 0, 3, 1, 6 };

    start();
    for (uint32_t n = 0; n < 7; n++)
        cmrx_check_equal(put_for(SENDER, n, priority[n], 0), 0);
    for (uint32_t n = 0; n < 7; n++) {
        cmrx_check_equal(get(), SENDER | (int32_t)priority[order[n]] << 8);
        cmrx_check_equal(got.word[0], order[n]);
    }
    cmrx_check_equal(get(), QUEUE_EMPTY);
}

CMRX_TEST(a_full_queue_takes_no_more_until_one_was_got)
{
    start();
    for (uint32_t n = 0; n < MESSAGES; n++)
        cmrx_check_equal(put(SENDER, n), 0);
    cmrx_check_equal(put_for(SENDER, 9, 3, 0), QUEUE_FULL);
    cmrx_check_equal(get(), SENDER);
    cmrx_check_equal(put_for(SENDER, 9, 3, 0), 0);
    cmrx_check_equal(put(SENDER, 10), QUEUE_FULL);
    cmrx_check_equal(get(), SENDER | 3 << 8);
}

// Places are used again in another order than they were first.
CMRX_TEST(nothing_is_lost_when_places_are_used_again_and_again)
{
    uint32_t put_count[QUEUE_PRIORITIES] = { 0 };
    uint32_t got_count[QUEUE_PRIORITIES] = { 0 };
    uint32_t random = 1, waiting = 0;

    start();
    for (uint32_t n = 0; n < 3000; n++) {
        random = random * 1664525u + 1013904223u;
        uint32_t priority = random >> 28 & 3;

        if ((random >> 24 & 7) < 4) {
            int32_t result = put_for(SENDER, put_count[priority], priority, 0);

            cmrx_check_equal(result, waiting == MESSAGES ? QUEUE_FULL : 0);
            put_count[priority] += result == 0;
            waiting += result == 0;
            continue;
        }
        int32_t result = get();
        cmrx_check_equal(result < 0, waiting == 0);
        if (result < 0)
            continue;
        cmrx_check_equal(got.word[0], got_count[QUEUE_PRIORITY(result)]++);
        waiting--;
    }
    cmrx_check(got_count[0] > 100 && got_count[3] > 100);
}

CMRX_TEST(what_is_no_message_of_this_queue_is_refused)
{
    static struct message mine;
    int32_t result;

    start();
    for (uint32_t n = 0; n < 4; n++) {
        static const uint32_t sizes[] = { 0, 15, 17, UINT32_MAX };

        cmrx_call(&result, messages_in, put, &sent, sizes[n], 0, 0);
        cmrx_check_equal(result, QUEUE_SIZE);
        cmrx_call(&result, messages_out, get, &got, sizes[n], 0);
        cmrx_check_equal(result, QUEUE_SIZE);
    }
    cmrx_check_equal(put_for(SENDER, 0, QUEUE_PRIORITIES, 0), QUEUE_INVALID);
    cmrx_check_equal(put_for(SENDER, 0, UINT32_MAX, 0), QUEUE_INVALID);
    cmrx_call(&result, messages_in, put, &mine, sizeof(mine), 0, 0);
    cmrx_check_equal(result, QUEUE_DENIED);
    cmrx_call(&result, messages_out, get, &mine, sizeof(mine), 0);
    cmrx_check_equal(result, QUEUE_DENIED);
    cmrx_call(&result, messages_in, account, (struct queue_account *)&mine);
    cmrx_check_equal(result, QUEUE_DENIED);
    cmrx_check_equal(get(), QUEUE_EMPTY); // nothing of it was put
}

// The last bytes of SHARED, and one more.
CMRX_TEST(a_message_that_the_caller_may_read_in_part_is_refused)
{
    int32_t result = 1;

    start();
    cmrx_call(&result, messages_in, put, NULL, sizeof(sent), 0, 0);
    cmrx_check_equal(result, QUEUE_DENIED);
    cmrx_call(&result, messages_out, get, NULL, sizeof(got), 0);
    cmrx_check_equal(result, QUEUE_DENIED);
}

CMRX_TEST(more_senders_than_there_is_room_for_are_refused)
{
    start();
    for (uint32_t n = 0; n < MESSAGES_SENDERS; n++)
        cmrx_check_equal(put(SENDER + n, n), 0);
    cmrx_check_equal(put(SENDER + MESSAGES_SENDERS, 0), QUEUE_SENDERS);
    cmrx_check_equal(put(SENDER, 9), 0);
}

// ---- Waiting

static int32_t waited; // what a visitor was told

static void visit_put(uintptr_t who)
{
    waited = put_for((uint32_t)who, 100, 0, QUEUE_FOREVER);
}

static void visit_get(uintptr_t who)
{
    waited = get_for((uint32_t)who, QUEUE_FOREVER);
}

static void fill(void)
{
    for (uint32_t n = 0; n < MESSAGES; n++)
        cmrx_check_equal(put(OTHER, n), 0);
}

CMRX_TEST(who_waits_for_a_message_gets_it)
{
    start();
    struct host_thread *t = cmrx_test_thread("reader", visit_get, RECEIVER, 9);
    cmrx_check(!cmrx_test_has_ended(t));
    cmrx_check_equal(put(SENDER, 6), 0);
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(waited, SENDER);
    cmrx_check_equal(got.word[0], 6);
}

CMRX_TEST(who_waits_for_room_gets_it)
{
    start();
    fill();
    struct host_thread *t = cmrx_test_thread("writer", visit_put, SENDER, 9);
    cmrx_check(!cmrx_test_has_ended(t));
    cmrx_sleep_until(cmrx_time_now() + 1000000);
    cmrx_check(!cmrx_test_has_ended(t));
    cmrx_check_equal(get(), OTHER);
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(waited, 0);
}

CMRX_TEST(waiting_ends_exactly_at_its_deadline)
{
    start();
    fill();
    uint64_t begin = cmrx_time_now();
    cmrx_check_equal(put_for(SENDER, 1, 0, 123456), QUEUE_FULL);
    cmrx_check_equal(cmrx_time_now() - begin, 123456);
    for (uint32_t n = 0; n < MESSAGES; n++)
        cmrx_check_equal(get(), OTHER);
    begin = cmrx_time_now();
    cmrx_check_equal(get_for(RECEIVER, 777), QUEUE_EMPTY);
    cmrx_check_equal(cmrx_time_now() - begin, 777);
}

CMRX_TEST(a_visitor_whose_process_ends_puts_and_takes_nothing)
{
    start();
    fill();
    struct host_thread *t = cmrx_test_thread("writer", visit_put, SENDER, 9);
    cmrx_test_cancel(t); // it returns, and ends with its process
    cmrx_check(cmrx_test_has_ended(t));
    for (uint32_t n = 0; n < MESSAGES; n++)
        cmrx_check_equal(get(), OTHER);
    t = cmrx_test_thread("reader", visit_get, RECEIVER, 9);
    cmrx_test_cancel(t);
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(put(SENDER, 1), 0);
    cmrx_check_equal(get(), SENDER);
}

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
