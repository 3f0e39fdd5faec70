// plain.c - has not declared floating point.

#include "registers.h"
#include "relay.h"

static uint32_t seen[FLOAT_WORDS];

static void use(CMRX_SELF)
{
    registers_look(seen);
}

static uint32_t run(CMRX_SELF)
{
    return 7;
}

CMRX_PROVIDE_REENTRANT(struct plain, plain, .use = use, .run = run);

static volatile uint32_t never;

// At home, when it is told to.
CMRX_THREAD(offender, .stack = 512, .priority = 20, .dormant = 1)
{
    registers_look(seen);
}

CMRX_EVENT(offend);

CMRX_THREAD(watcher, .stack = 256, .priority = 22)
{
    cmrx_event_take(&offend, 1, CMRX_FOREVER);
    cmrx_thread_start(CMRX_THREAD_ID(offender), 0);
    cmrx_wait(&never, 0, CMRX_FOREVER);
}
