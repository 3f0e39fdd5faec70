// servers.h - what the tests of the servers have in common.

#ifndef SERVERS_H
#define SERVERS_H

#include "report.h"

// As in cmrx_system(PROCESSES ...).
enum {
    TESTER,
    QUEUE,
    RECEIVER,
    CLIENT,
    LOG_SERVER,
    PRINTER,
    WALL_CLOCK,
    STORE
};

// What the receiver has seen since its start.
struct receiver {
    uint32_t (*count)(CMRX_SELF);
    int32_t (*seen)(CMRX_SELF, uint32_t n); // get()'s result of the n-th
    int32_t (*status)(CMRX_SELF); // worst status of its calls of the queue
    void (*note)(CMRX_SELF, uint32_t number); // writes to the log
};

// Of a message's first word: what the receiver does with it. HOLD_LOW: and is less
// urgent than the tester from then on.
enum { TAKE, HOLD, HOLD_LOW };

#define HOLD_US 20000u

static inline uint64_t in(uint32_t us)
{
    return cmrx_time_now() + us;
}

// ---- Cases

bool message_reaches_the_receiver(void);
bool message_that_is_not_the_callers_is_refused(void);
bool call_with_a_deadline_leaves_a_full_queue(void);
bool loss_in_hand_is_told(void);
bool receiver_that_is_stopped_is_told(void);
bool sender_that_was_restarted_is_marked(void);
bool sender_that_is_restarted_while_it_waits_puts_nothing(void);
bool receiver_that_was_restarted_takes_nothing_in_its_past(void);
bool queue_that_was_restarted_is_told_to_both_ends(void);
bool record_is_shown_with_who_wrote_it(void);
bool text_that_is_not_the_callers_is_refused(void);
bool flood_of_records_keeps_nobody_waiting(void);
bool log_that_was_restarted_is_written_and_shown_again(void);
bool alarm_rings_when_it_is_time(void);
bool alarm_follows_a_clock_that_is_set(void);
bool clock_that_was_restarted_says_so(void);
bool values_are_there_after_a_warm_reset(void);
bool value_that_is_not_the_callers_is_refused(void);
bool store_that_is_restarted_while_it_puts_has_old_or_new(void);

// Resets the system once; before all cases.
void live_twice(void);

#endif
