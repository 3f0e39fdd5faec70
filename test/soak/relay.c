// relay.c - the long way to the box. High word: what became of its own call.

#include "hurt.h"
#include "relay.h"

CMRX_USE(struct box, box);

static uint64_t put(CMRX_SELF, uint32_t id, uint32_t number, uint32_t check)
{
    uint32_t result = 0;
    enum cmrx_status status;

    hurt_step();
    if (number & 1)
        status = cmrx_call(&result, box, put, id, number, check);
    else
        status = cmrx_call_until(in(800), &result, box, put, id, number, check);
    hurt_step();
    return (uint64_t)(uint32_t)status << 32 | result;
}

CMRX_PROVIDE_REENTRANT(struct relay, relay, .put = put);
CMRX_GRACE(relay, RELAY_GRACE_US);
CMRX_PROVIDE(struct victim, relay_victim, .hurt = hurt_set);
