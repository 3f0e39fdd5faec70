// sender.h - a thread that sends messages, and wants to know of each what became
// of it.

#ifndef SENDER_H
#define SENDER_H

#include "relay.h"

#define OPEN_MAX 32u

struct sender {
    uint32_t id, priority;
    bool is_alone; // in its process
    uint32_t
        life_at_call; // of the box, when it was called last; 0: it may have
                      // ended since
    uint32_t life;    // of the box that has them,
    uint32_t open_count, open[OPEN_MAX]; // accepted, and may be in there still
};

void sender_begin(struct sender *s, uint32_t thread, uint32_t priority);
bool sender_step(struct sender *s); // false: rest

#endif
