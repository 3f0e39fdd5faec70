// bystander.c - has nothing to do with it, and a deadline each millisecond.

#include "attack.h"
#include "late.h"

#define PERIOD_US 1000u
#define WORDS     16u
#define CANARY    0xb757a4deu

static volatile uint32_t memory[WORDS], count, late_count, is_whole = 1;
static volatile uint64_t next; // when it wakes

static bool looks_whole(const volatile uint32_t *words)
{
    for (uint32_t i = 0; i < WORDS; i++)
        if (words[i] != (CANARY ^ i))
            return false;
    return true;
}

static void fill(volatile uint32_t *words)
{
    for (uint32_t i = 0; i < WORDS; i++)
        words[i] = CANARY ^ i;
}

CMRX_THREAD(main, .stack = 512, .priority = 30)
{
    volatile uint32_t frame[WORDS];

    next = cmrx_time_now();
    fill(memory);
    fill(frame);
    for (;;) {
        next += PERIOD_US;
        cmrx_sleep_until(next);
        count++;
        if (cmrx_time_now() - next > LATE_US)
            late_count++;
        if (!looks_whole(memory) || !looks_whole(frame))
            is_whole = 0;
    }
}

static bool is_unharmed(CMRX_SELF)
{
    return is_whole == 1 && looks_whole(memory);
}

static uint32_t late(CMRX_SELF)
{
    return late_count;
}

static uint32_t wakes(CMRX_SELF)
{
    return count;
}

static uint64_t next_wake(CMRX_SELF)
{
    return next;
}

static void computes(CMRX_SELF, uint32_t us)
{
    uint64_t end = cmrx_time_now() + us;

    while (cmrx_time_now() < end)
        continue;
}

// It has promised no time.
CMRX_PROVIDE_REENTRANT(struct bystander, bystander, .is_unharmed = is_unharmed,
                       .late = late, .wakes = wakes, .next_wake = next_wake,
                       .computes = computes);
