// messages.c - a queue of messages of four words.

#include "messages.h"
#include "provide.h"

QUEUE_PROVIDE(messages, struct message, MESSAGES, MESSAGES_SENDERS);
