// home.c - a thread without floating point that calls through all chains.

#include "relay.h"

CMRX_USE(struct relay, next_user);
CMRX_USE(struct relay, next_plain);

static volatile uint32_t result = UINT32_MAX;
static volatile uint32_t never;

CMRX_THREAD(chains, .stack = CMRX_AUTO, .priority = 6)
{
    uint32_t wrong = 0;

    for (uint32_t depth = 1; depth <= 7; depth++)
        for (uint32_t kinds = 0; kinds < 1u << depth; kinds++) {
            uint32_t found = 0;
            enum cmrx_status s = kinds & 1 ? cmrx_call(&found, next_user, pass,
                                                       kinds >> 1, depth - 1)
                                           : cmrx_call(&found, next_plain, pass,
                                                       kinds >> 1, depth - 1);
            wrong += found + (s != CMRX_OK);
        }
    result = wrong;
    cmrx_wait(&never, 0, CMRX_FOREVER);
}

static uint32_t get_wrong(CMRX_SELF)
{
    return result;
}

CMRX_PROVIDE_REENTRANT(struct home, home, .wrong = get_wrong);
