// deputy.c - a server that follows the pointers of others, with and without
// asking whether they may.

#include "attack.h"
#include "machine.h"

#define LOOK_WORDS 40u

CMRX_USE(struct victim, victim);

CMRX_SHARED static volatile uint32_t shared[16];

// What the attacker leaves, inverted: who looks for it must not have it in a
// register, or an interrupt puts it on the stack that is being looked at.
static const volatile uint32_t dirt_inverted = ~0xd127d127u;

static uint32_t count;
static volatile uint32_t never;

static void touch(volatile uint8_t *at, uint32_t write)
{
    uint8_t was = *at;

    if (write)
        *at = was;
}

static bool fill(CMRX_SELF, uint8_t *to, uint32_t size, uint32_t write)
{
    bool may = write ? cmrx_caller_may_write(to, size)
                     : cmrx_caller_may_read(to, size);

    count++;
    if (!may)
        return false;
    touch(to, write);
    touch(to + size - 1, write);
    return true;
}

static uint32_t fill_blindly(CMRX_SELF, uint8_t *to, uint32_t size, uint32_t us)
{
    uint64_t end = cmrx_time_now() + us;

    count++;
    do {
        for (uint32_t i = 0; i < size; i++)
            touch(to + i, 1);
    } while (cmrx_time_now() < end);
    return count;
}

// Whatever is said, the kernel knows.
static int32_t caller(CMRX_SELF, __attribute__((unused)) uint32_t said)
{
    return cmrx_caller();
}

// How much lies below the stack pointer that an earlier callee has left?
static uint32_t dirt(CMRX_SELF)
{
    const volatile uint32_t *word;
    uint32_t inverted = dirt_inverted, found = 0;

    word = machine_stack();
    for (uint32_t i = 1; i <= LOOK_WORDS; i++)
        found += (word[-(int32_t)i] ^ inverted) == UINT32_MAX;
    return found;
}

static uint32_t waits(CMRX_SELF, uint32_t us)
{
    return (uint32_t)cmrx_wait(&never, 0, cmrx_time_now() + us);
}

static uint32_t calls(CMRX_SELF)
{
    return count;
}

// The next one may have been started anew since: then once more.
static int32_t lends(CMRX_SELF)
{
    enum cmrx_status status = cmrx_call(NULL, victim, visits);

    if (status == CMRX_STALE)
        status = cmrx_call(NULL, victim, visits);
    return shared[0] == 0 ? (int32_t)status : CMRX_DENIED;
}

static uint32_t visited;

static void stay(CMRX_SELF, uint32_t us)
{
    uint64_t end = cmrx_time_now() + us;

    visited++;
    while (cmrx_time_now() < end)
        continue;
}

static uint32_t visits_of_slow(CMRX_SELF)
{
    return ++visited;
}

CMRX_PROVIDE(struct slow, slow, .stay = stay, .visits = visits_of_slow);
CMRX_GRACE(slow, DEPUTY_GRACE_US);
CMRX_PROVIDE_REENTRANT(struct deputy, deputy, .fill = fill,
                       .fill_blindly = fill_blindly, .caller = caller,
                       .dirt = dirt, .waits = waits, .calls = calls,
                       .lends = lends);
CMRX_GRACE(deputy, DEPUTY_GRACE_US);
