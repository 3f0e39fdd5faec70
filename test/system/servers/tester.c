// tester.c - the servers, between processes that end.

#include "servers.h"

static const struct test_case cases[] = {
    { "message_reaches_the_receiver", message_reaches_the_receiver },
    { "message_that_is_not_the_callers_is_refused",
      message_that_is_not_the_callers_is_refused },
    { "call_with_a_deadline_leaves_a_full_queue",
      call_with_a_deadline_leaves_a_full_queue },
    { "loss_in_hand_is_told", loss_in_hand_is_told },
    { "receiver_that_is_stopped_is_told", receiver_that_is_stopped_is_told },
    { "sender_that_was_restarted_is_marked",
      sender_that_was_restarted_is_marked },
    { "sender_that_is_restarted_while_it_waits_puts_nothing",
      sender_that_is_restarted_while_it_waits_puts_nothing },
    { "receiver_that_was_restarted_takes_nothing_in_its_past",
      receiver_that_was_restarted_takes_nothing_in_its_past },
    { "queue_that_was_restarted_is_told_to_both_ends",
      queue_that_was_restarted_is_told_to_both_ends },
    { "record_is_shown_with_who_wrote_it", record_is_shown_with_who_wrote_it },
    { "text_that_is_not_the_callers_is_refused",
      text_that_is_not_the_callers_is_refused },
    { "flood_of_records_keeps_nobody_waiting",
      flood_of_records_keeps_nobody_waiting },
    { "log_that_was_restarted_is_written_and_shown_again",
      log_that_was_restarted_is_written_and_shown_again },
    { "alarm_rings_when_it_is_time", alarm_rings_when_it_is_time },
    { "alarm_follows_a_clock_that_is_set", alarm_follows_a_clock_that_is_set },
    { "clock_that_was_restarted_says_so", clock_that_was_restarted_says_so },
    { "values_are_there_after_a_warm_reset",
      values_are_there_after_a_warm_reset },
    { "value_that_is_not_the_callers_is_refused",
      value_that_is_not_the_callers_is_refused },
    { "store_that_is_restarted_while_it_puts_has_old_or_new",
      store_that_is_restarted_while_it_puts_has_old_or_new },
};

// It calls the tests through pointers; the most that one of them needs, with
// what it lends.
CMRX_STACK_BOUND(test_run, 640);

CMRX_THREAD(main, .stack = 1280, .priority = 10)
{
    live_twice();
    test_run(cases, sizeof(cases) / sizeof(cases[0]));
}
