// sink.c - an honest server that the fuzzers call. It dies when its memory is
// not as it should be, or when the kernel lets two into its monitor at once.

#include "deal.h"
#include "machine.h"

static volatile uint32_t canary[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static volatile uint32_t word, inside, count;

static void require(bool ok)
{
    if (!ok)
        machine_undefined();
}

static void look(void)
{
    for (uint32_t i = 0; i < 8; i++)
        require(canary[i] == i + 1);
}

static void enter(void)
{
    look();
    require(inside++ == 0);
}

static void leave(void)
{
    require(--inside == 0);
    look();
}

static uint32_t act(CMRX_SELF, uint32_t seed, uint32_t *place, uint32_t kinds)
{
    (void)kinds;
    enter();
    if (cmrx_caller_may_write(place, sizeof *place) &&
        (uintptr_t)place % sizeof *place == 0)
        *place = seed;
    for (uint32_t i = 0; i < seed % 64; i++)
        count++;
    leave();
    // Others may come in while this one waits.
    if (seed % 4 == 0)
        cmrx_wait(&word, 0, cmrx_time_now() + seed % 512);
    if (seed % 4 == 1)
        cmrx_wake(&word, CMRX_WAKE_ALL);
    enter();
    leave();
    return seed;
}

static uint64_t echo(CMRX_SELF, uint32_t a, uint32_t b)
{
    enter();
    leave();
    return (uint64_t)b << 32 | a;
}

// The same for any number of threads at once.
static uint32_t act_any(CMRX_SELF, uint32_t seed, uint32_t *place,
                        uint32_t kinds)
{
    (void)kinds;
    look();
    if (cmrx_caller_may_read(place, sizeof *place) &&
        (uintptr_t)place % sizeof *place == 0)
        seed += *place;
    return seed;
}

static uint64_t echo_any(CMRX_SELF, uint32_t a, uint32_t b)
{
    return (uint64_t)b << 32 | a;
}

CMRX_PROVIDE(struct foe, foe, .act = act, .echo = echo);
CMRX_PROVIDE_REENTRANT(struct foe, any, .act = act_any, .echo = echo_any);
