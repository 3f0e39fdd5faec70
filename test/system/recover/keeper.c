// keeper.c - a server that can be left in the middle of a change, and undoes it.

#include "keeper.h"
#include "machine.h"

#define FIRST (SUM - 100)

static volatile uint32_t account[2] = { FIRST, SUM - FIRST };
static volatile uint32_t journal, is_half; // what account[0] was before
static volatile uint32_t mend_how, times;

static void transfer(CMRX_SELF, uint32_t amount)
{
    journal = account[0];
    is_half = 1;
    account[0] -= amount;
    for (;;)
        continue;
}

static uint32_t sum(CMRX_SELF)
{
    return account[0] + account[1];
}

static uint32_t second(CMRX_SELF)
{
    return account[1];
}

static void next_time(CMRX_SELF, uint32_t mend)
{
    mend_how = mend;
    account[1] += 1; // so that a new life can be told from this one
    account[0] -= 1;
}

static uint32_t mended(CMRX_SELF)
{
    return times;
}

CMRX_PROVIDE(struct accounts, accounts, .transfer = transfer, .sum = sum,
             .second = second, .next_time = next_time, .mended = mended);
CMRX_GRACE(accounts, 300);

CMRX_RECOVER(undo, .stack = CMRX_AUTO, .priority = 8)
{
    if (mend_how == GIVES_UP)
        cmrx_thread_exit(1);
    if (mend_how == FAULTS)
        machine_undefined();
    while (mend_how == STAYS)
        cmrx_sleep_until(cmrx_time_now() + 1000);
    if (is_half)
        account[0] = journal;
    is_half = 0;
    times++;
}
