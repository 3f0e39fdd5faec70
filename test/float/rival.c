// rival.c - a thread with floating point of its own that runs whenever it likes.

#include "registers.h"
#include "relay.h"

static uint32_t seen[FLOAT_WORDS];
static volatile uint32_t wrong, turns;

CMRX_EVENT(nudge);

// Its registers must be as it left them, whoever ran meanwhile.
CMRX_THREAD(rival, .stack = 512, .priority = 20)
{
    uint32_t tag = TAG_RIVAL << 16;

    registers_fill(tag);
    for (;;) {
        cmrx_event_take(&nudge, 1, CMRX_FOREVER);
        registers_look(seen);
        wrong += !registers_are(seen, tag);
        tag = TAG_RIVAL << 16 | (++turns & 0xffff);
        registers_fill(tag);
    }
}

// As urgent as the tester, and lets it go first each time: both go on by the short
// way.
CMRX_EVENT(pair);

#define YIELDS 200u

CMRX_THREAD(twin, .stack = 512, .priority = 10)
{
    static uint32_t twins[FLOAT_WORDS];

    for (;;) {
        cmrx_event_take(&pair, 1, CMRX_FOREVER);
        for (uint32_t n = 0; n < YIELDS; n++) {
            registers_fill(TAG_RIVAL << 16 | 0x4000 | n);
            cmrx_thread_yield();
            registers_look(twins);
            wrong += !registers_are(twins, TAG_RIVAL << 16 | 0x4000 | n);
        }
    }
}

static uint32_t get_wrong(CMRX_SELF)
{
    return wrong;
}

CMRX_PROVIDE_REENTRANT(struct home, rival, .wrong = get_wrong);
