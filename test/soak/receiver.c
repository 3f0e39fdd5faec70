// receiver.c - takes messages, and says of each that it has it: first to the ledger,
// then to the box. If it ends in between it gets it again.

#include "machine.h"
#include "soak.h"

CMRX_USE(struct ledger, ledger);
CMRX_USE(struct box, box);

static uint32_t chance_of(void)
{
    uint32_t random = 0;

    cmrx_call(&random, ledger, chance);
    return random;
}

static void die_once_in(uint32_t random, uint32_t times)
{
    if (random % times == 0)
        machine_undefined();
}

static void count(enum cmrx_status status)
{
    cmrx_call(NULL, ledger, note, CALLS);
    if (status == CMRX_TIMEOUT)
        cmrx_call(NULL, ledger, note, DEADLINES);
}

// 0: none.
static uint64_t take(uint32_t receiver, uint32_t random)
{
    uint64_t message = 0;
    enum cmrx_status status =
        random & 1 ? cmrx_call(&message, box, take, receiver)
                   : cmrx_call_until(in(random >> 8 & 0xfff), &message, box,
                                     take, receiver);

    count(status);
    if (status == CMRX_OK)
        return message;
    cmrx_sleep_until(in(200));
    return 0;
}

static void receive(uint32_t receiver, uint32_t priority)
{
    uint32_t random = chance_of();
    uint64_t message = take(receiver, random);
    uint32_t number = (uint32_t)message & ~AGAIN_BIT;
    uint32_t again = ((uint32_t)message & AGAIN_BIT) != 0;

    if (message == 0)
        return;
    if ((uint32_t)(message >> 32) != check_of(number))
        cmrx_call(NULL, ledger, complain, CORRUPT);
    die_once_in(random >> 12, 128);
    cmrx_call(NULL, ledger, received, number, again);
    die_once_in(random >> 13, 128);
    count(random & 2 ? cmrx_call(NULL, box, done, receiver, number)
                     : cmrx_call_until(in(random >> 20), NULL, box, done,
                                       receiver, number));
    if ((random >> 4) % 8 == 0) {
        cmrx_thread_priority(1 + (random >> 24) % priority);
        cmrx_call(NULL, ledger, note, PRIORITIES);
    }
}

CMRX_THREAD(one, .stack = CMRX_AUTO, .priority = 15)
{
    for (;;)
        receive(0, 15);
}

CMRX_THREAD(two, .stack = CMRX_AUTO, .priority = 11)
{
    for (;;)
        receive(1, 11);
}
