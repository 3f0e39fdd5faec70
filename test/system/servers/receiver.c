// receiver.c - gets messages, and keeps what it was told of them.

#include "servers.h"

#include "../../../server/log/log.h"
#include "../../../server/queue/messages.h"

CMRX_USE(struct messages_out, messages_out);
CMRX_USE(struct log_writer, log_writer);

#define SEEN 64u

static CMRX_SHARED struct message message;
static int32_t seen[SEEN];
static volatile uint32_t count;
static volatile int32_t worst;

static void receive(void)
{
    int32_t got = QUEUE_EMPTY;
    enum cmrx_status status = cmrx_call(&got, messages_out, get, &message,
                                        sizeof(message), QUEUE_FOREVER);

    if (status != CMRX_OK && (int32_t)status < worst)
        worst = (int32_t)status;
    if (status != CMRX_OK || got < 0)
        return;
    seen[count % SEEN] = got;
    count = count + 1;
    if (message.word[0] == HOLD_LOW)
        cmrx_thread_priority(1);
    if (message.word[0] != TAKE)
        cmrx_sleep_until(in(HOLD_US));
}

CMRX_THREAD(receive, .stack = CMRX_AUTO, .priority = 12)
{
    for (;;)
        receive();
}

static uint32_t receiver_count(CMRX_SELF)
{
    return count;
}

static int32_t receiver_seen(CMRX_SELF, uint32_t n)
{
    return n < SEEN ? seen[n] : INT32_MIN;
}

static int32_t receiver_status(CMRX_SELF)
{
    return worst;
}

static void receiver_note(CMRX_SELF, uint32_t number)
{
    LOG(LOG_INFO, "noted %u", number, 0);
}

CMRX_PROVIDE(struct receiver, receiver, .count = receiver_count,
             .seen = receiver_seen, .status = receiver_status,
             .note = receiver_note);
