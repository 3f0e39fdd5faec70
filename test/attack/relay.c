// relay.c - a process between. Passes on what it is asked to do.

#include "attack.h"

CMRX_USE(struct attack, next);

CMRX_SHARED static volatile uint32_t shared[4]; // for whom it calls

static volatile uint32_t own[4] = { 1, 2, 3, 4 };

// The next one may have been started anew since: then once more.
static uint64_t commit(CMRX_SELF, uint32_t deed, uint32_t a, uint32_t b,
                       uint32_t c)
{
    uint64_t result = 0;
    enum cmrx_status status = cmrx_call(&result, next, commit, deed, a, b, c);

    if (status == CMRX_STALE)
        status = cmrx_call(&result, next, commit, deed, a, b, c);
    if (status != CMRX_OK)
        result = (uint64_t)(uint32_t)status << 32;
    return own[3] == 4 && shared[3] == 0 ? result : UINT64_MAX;
}

static uint32_t stack_pointer(CMRX_SELF)
{
    uint32_t at = 0;

    if (cmrx_call(&at, next, stack_pointer) == CMRX_STALE)
        cmrx_call(&at, next, stack_pointer);
    return at;
}

static uint32_t registers(CMRX_SELF)
{
    uint32_t seen = 1;

    if (cmrx_call(&seen, next, registers) == CMRX_STALE)
        cmrx_call(&seen, next, registers);
    return seen;
}

CMRX_PROVIDE_REENTRANT(struct attack, relay, .commit = commit,
                       .stack_pointer = stack_pointer, .registers = registers);
CMRX_GRACE(relay, ATTACK_GRACE_US);
