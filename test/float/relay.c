// relay.c - with floating point (its tag: USES_FLOAT) or without.

#include "relay.h"

#ifdef LEVEL_LAST
#define GO_ON(to, kinds, left) ((void)(kinds), CMRX_DEAD)
#else
CMRX_USE(struct relay, next_user);
CMRX_USE(struct relay, next_plain);

static enum cmrx_status go_on(uint32_t *to, uint32_t kinds, uint32_t left)
{
    if (kinds & 1)
        return cmrx_call(to, next_user, pass, kinds >> 1, left - 1);
    return cmrx_call(to, next_plain, pass, kinds >> 1, left - 1);
}
#define GO_ON(to, kinds, left) go_on(to, kinds, left)
#endif

#ifdef USES_FLOAT
#include "registers.h"

static uint32_t count;
static uint32_t seen[FLOAT_WORDS];

// Whatever is in the registers must be its own, or nothing; and be there again
// after the call of the next.
static uint32_t pass(CMRX_SELF, uint32_t kinds, uint32_t left)
{
    uint32_t below = 0, wrong = 0, tag = USES_FLOAT << 16 | (++count & 0xffff);

    registers_look(seen);
    wrong += !registers_are_own(seen, USES_FLOAT);
    registers_fill(tag);
    if (left > 0 && GO_ON(&below, kinds, left) != CMRX_OK)
        wrong++;
    registers_look(seen);
    wrong += !registers_are(seen, tag);
    return wrong + below;
}
#else
static uint32_t pass(CMRX_SELF, uint32_t kinds, uint32_t left)
{
    uint32_t below = 0;

    if (left > 0 && GO_ON(&below, kinds, left) != CMRX_OK)
        return 1;
    return below;
}
#endif

CMRX_PROVIDE(struct relay, relay, .pass = pass);
