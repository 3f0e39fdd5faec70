// victim.c - has one of each kind of memory, and knows what is in it.

#include "attack.h"

#define CANARY 0xca4a51deu
#define WORDS  16u

static volatile uint32_t data[WORDS];
static volatile uint32_t bss[WORDS];
CMRX_SHARED static volatile uint32_t shared[WORDS];
static const volatile uint32_t constants[4] = { CANARY, CANARY, CANARY,
                                                CANARY };
static volatile uint32_t asked, answered, stack_is_whole, visited;
static volatile uint32_t never;

static void fill(volatile uint32_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        words[i] = CANARY + i;
}

static bool is_whole(const volatile uint32_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (words[i] != CANARY + i)
            return false;
    return true;
}

// More urgent than who asks: it has looked when the wake returns.
CMRX_THREAD(holder, .stack = 512, .priority = 29)
{
    volatile uint32_t frame[WORDS];

    fill(data, WORDS);
    fill(shared, WORDS);
    fill(frame, WORDS);
    for (;;) {
        while (asked == answered)
            cmrx_wait(&asked, answered, CMRX_FOREVER);
        stack_is_whole = is_whole(frame, WORDS);
        answered = asked;
    }
}

static bool is_unharmed(CMRX_SELF)
{
    asked++;
    cmrx_wake(&asked, 1);
    for (uint32_t i = 0; i < 4; i++)
        if (constants[i] != CANARY)
            return false;
    return answered == asked && stack_is_whole && is_whole(data, WORDS) &&
           is_whole(shared, WORDS) && bss[0] == 0 && bss[WORDS - 1] == 0;
}

static uint32_t visits(CMRX_SELF)
{
    return visited;
}

static uint32_t waits(CMRX_SELF, uint32_t us)
{
    visited++;
    return (uint32_t)cmrx_wait(&never, 0, cmrx_time_now() + us);
}

CMRX_PROVIDE_REENTRANT(struct victim, victim, .is_unharmed = is_unharmed,
                       .visits = visits, .waits = waits);
CMRX_GRACE(victim, DEPUTY_GRACE_US);
