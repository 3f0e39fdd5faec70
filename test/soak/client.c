// client.c - two senders in one process.

#include "sender.h"

static struct sender senders[2];
static volatile uint32_t never;

static void send(uint32_t thread, uint32_t priority)
{
    sender_begin(&senders[thread], thread, priority);
    while (sender_step(&senders[thread]))
        continue;
    cmrx_wait(&never, 0, CMRX_FOREVER);
}

CMRX_THREAD(eager, .stack = CMRX_AUTO, .priority = 16)
{
    send(0, 16);
}

CMRX_THREAD(slow, .stack = CMRX_AUTO, .priority = 10)
{
    send(1, 10);
}
