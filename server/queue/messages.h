// messages.h - a queue of messages of four words.

#ifndef SERVER_QUEUE_MESSAGES_H
#define SERVER_QUEUE_MESSAGES_H

#include "queue.h"

#define MESSAGES         8u // at most in the queue
#define MESSAGES_SENDERS 4u // processes that put

struct message {
    uint32_t word[4];
};

QUEUE_OF(messages, struct message);

#endif
