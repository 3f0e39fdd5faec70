// test_process.c - the queue between processes, as its ends see it.

#include "ends.h"

CMRX_USE(struct messages_in, messages_in);
CMRX_USE(struct messages_out, messages_out);

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
