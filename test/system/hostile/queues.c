// queues.c - the queue of the tester, and one for the hostile client alone.

#include "hostile.h"

#include "../../../server/queue/provide.h"

QUEUE_PROVIDE(messages, struct message, MESSAGES, MESSAGES_SENDERS);
QUEUE_PROVIDE(spoil, struct message, 2, 1);
