// list.h - places of a queue: which are free, and which comes next.
//
// Pure. Numbers of places begin at 1, so that zeroed memory is an empty list.

#ifndef SERVER_QUEUE_LIST_H
#define SERVER_QUEUE_LIST_H

#include "queue.h"

#define LIST_PLACES 254u // at most

// A message that waits; its bytes are elsewhere.
struct queue_slot {
    uint8_t next;        // in its list, or 0
    uint8_t sender;      // entry of the table of senders
    uint16_t generation; // of the sender when it put this; 1 and more
};

// Invariant: each of the places 1..fresh is in exactly one of the lists `free`
// and `first`; `count` are in the latter.
struct queue_list {
    uint8_t free, fresh, count;
    uint8_t first[QUEUE_PRIORITIES], last[QUEUE_PRIORITIES];
};

// A free place behind all of `priority`, for the caller to fill; 0: there is
// none of `capacity`.
uint32_t queue_list_append(struct queue_list *list, struct queue_slot *slots,
                           uint32_t capacity, uint32_t priority);

// Take out the most urgent, of these the oldest; 0: there is none. Its slot and
// its bytes are as they were until the next append.
uint32_t queue_list_take(struct queue_list *list, struct queue_slot *slots,
                         uint32_t *priority);

#endif
