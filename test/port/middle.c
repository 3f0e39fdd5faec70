// middle.c - a process between the tester and the victim.

#include "probes.h"
#include "victim.h"

CMRX_USE(struct victim, victim);

static int32_t commit(CMRX_SELF, uint32_t deed)
{
    return cmrx_call(NULL, victim, commit, deed);
}

static int32_t read(CMRX_SELF, const uint32_t *address)
{
    return cmrx_call(NULL, victim, read, address);
}

CMRX_SHARED static uint32_t shared[2];

// Then what is lent by itself.
static int32_t read_later(CMRX_SELF, const uint32_t *address)
{
    int32_t status = cmrx_call(NULL, victim, read_later, address);

    return status != CMRX_OK ? status
                             : cmrx_call(NULL, victim, read_later, shared);
}

// What is lent to it is so again when the victim has returned. Twice, for the second
// call may be another way.
static int32_t read_after(CMRX_SELF, const uint32_t *address)
{
    for (uint32_t i = 0; i < 2; i++)
        if (cmrx_call(NULL, victim, read, address) != CMRX_OK)
            return CMRX_DEAD;
    return *(const volatile uint32_t *)address == SECRET ? CMRX_OK
                                                         : CMRX_INVALID;
}

static int32_t sleep(CMRX_SELF, uint32_t us)
{
    uint32_t result = 0;
    enum cmrx_status status = cmrx_call(&result, victim, sleep, us);

    return status != CMRX_OK ? status : (int32_t)result;
}

static int32_t keep(CMRX_SELF, uint32_t us)
{
    volatile uint32_t kept[SECRET_WORDS];

    for (unsigned i = 0; i < SECRET_WORDS; i++)
        kept[i] = SECRET;
    enum cmrx_status status = cmrx_call(NULL, victim, sleep, us);
    return kept[0] == SECRET ? status : -1;
}

static int32_t show(CMRX_SELF, uint32_t waiting)
{
    return waiting ? cmrx_call(NULL, victim, watch, shared)
                   : cmrx_call(NULL, victim, look, shared);
}

// The second call may be another way.
static int32_t lend(CMRX_SELF, uint32_t value)
{
    for (uint32_t i = 0; i < 2; i++)
        if (cmrx_call(NULL, victim, write, &shared[i], value) != CMRX_OK)
            return CMRX_DEAD;
    return shared[0] == value && shared[1] == value ? CMRX_OK : CMRX_INVALID;
}

static int32_t loop(CMRX_SELF, uint32_t us)
{
    return cmrx_call_until(cmrx_time_now() + us, NULL, victim, commit,
                           DEED_LOOP);
}

CMRX_PROVIDE(struct middle, middle, .commit = commit, .read = read,
             .read_later = read_later, .read_after = read_after, .sleep = sleep,
             .show = show, .lend = lend, .loop = loop, .keep = keep,
             .registers_seen = probe_registers,
             .registers_destroy = probe_destroy);
CMRX_STACK_BOUND(probe_destroy, 64);
