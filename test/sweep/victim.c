// victim.c - a process that is ended and restarted.

#include "parts.h"
#include "machine.h"

static volatile uint32_t count, pattern[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static uint32_t visits(CMRX_SELF)
{
    for (uint32_t i = 0; i < 8; i++)
        if (pattern[i] != i + 1)
            return 0;
    return ++count;
}

static void die(CMRX_SELF)
{
    pattern[3] = 0;
    machine_undefined();
}

static void leave(CMRX_SELF)
{
    pattern[3] = 0;
    machine_leave();
}

static void outlive(CMRX_SELF)
{
    pattern[5] = 0;
    while (pattern[5] == 0)
        continue;
}

CMRX_PROVIDE(struct victim, victim, .visits = visits, .die = die,
             .leave = leave, .outlive = outlive);
CMRX_GRACE(victim, 5);

// Above who is swept: when that goes on it is done.
CMRX_RECOVER(mend, .stack = 256, .priority = 12)
{
    pattern[5] = 6;
}

CMRX_THREAD(own, .stack = 256, .priority = 3)
{
    cmrx_wait(NULL, 0, CMRX_FOREVER);
}
