// bystander.c - has nothing to do with it, and a deadline each millisecond.

#include "hostile.h"

#define PERIOD_US 1000u
#define WORDS     16u
#define CANARY    0xb757a4deu

static volatile uint32_t memory[WORDS], count, worst_us, is_whole = 1;

static bool looks_whole(const volatile uint32_t *words)
{
    for (uint32_t i = 0; i < WORDS; i++) {
        if (words[i] != (CANARY ^ i))
            return false;
    }
    return true;
}

static void fill(volatile uint32_t *words)
{
    for (uint32_t i = 0; i < WORDS; i++)
        words[i] = CANARY ^ i;
}

CMRX_THREAD(main, .stack = CMRX_AUTO, .priority = 30)
{
    volatile uint32_t frame[WORDS];
    uint64_t next = cmrx_time_now();

    fill(memory);
    fill(frame);
    for (;;) {
        next += PERIOD_US;
        cmrx_sleep_until(next);
        uint32_t late = (uint32_t)(cmrx_time_now() - next);
        count = count + 1;
        if (late > worst_us)
            worst_us = late;
        if (!looks_whole(memory) || !looks_whole(frame))
            is_whole = 0;
    }
}

static bool is_unharmed(CMRX_SELF)
{
    return is_whole == 1 && looks_whole(memory);
}

static uint32_t worst(CMRX_SELF)
{
    uint32_t us = worst_us;

    worst_us = 0;
    return us;
}

static uint32_t wakes(CMRX_SELF)
{
    return count;
}

CMRX_PROVIDE_REENTRANT(struct bystander, bystander, .is_unharmed = is_unharmed,
                       .worst = worst, .wakes = wakes);
