// tally.c - see tally.h.

#include "tally.h"

static uint32_t highest(const struct tally_look looks[], uint32_t count,
                        uint32_t own, uint32_t *equals)
{
    uint32_t priority = 0;

    *equals = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!looks[i].is_ready || looks[i].priority >= own ||
            looks[i].priority < priority)
            continue;
        if (looks[i].priority > priority)
            *equals = 0;
        priority = looks[i].priority;
        *equals += 1;
    }
    return priority;
}

static void give(struct tally *tally, uint32_t thread, uint32_t process,
                 uint32_t units)
{
    if (thread < TALLY_THREADS)
        tally->threads[thread] += units;
    if (process < TALLY_PROCESSES)
        tally->processes[process] += units;
}

static void halve(struct tally *tally)
{
    tally->samples /= 2;
    for (uint32_t i = 0; i < TALLY_THREADS; i++)
        tally->threads[i] /= 2;
    for (uint32_t i = 0; i < TALLY_PROCESSES; i++)
        tally->processes[i] /= 2;
}

// What cannot be divided is the first one's, so that no unit is lost.
void tally_add(struct tally *tally, const struct tally_look looks[],
               uint32_t count, uint32_t own)
{
    uint32_t equals, priority = highest(looks, count, own, &equals);

    if (equals == 0)
        return;
    if (tally->samples == TALLY_MAX)
        halve(tally);
    uint32_t part = TALLY_UNIT / equals, rest = TALLY_UNIT % equals;
    for (uint32_t i = 0; i < count; i++) {
        if (!looks[i].is_ready || looks[i].priority != priority)
            continue;
        give(tally, i, looks[i].process, part + rest);
        rest = 0;
    }
    tally->samples++;
}

uint32_t tally_share(uint32_t units, uint32_t samples)
{
    return samples == 0 ? 0
                        : (uint32_t)((uint64_t)units * 10000 /
                                     ((uint64_t)samples * TALLY_UNIT));
}

uint32_t tally_pause(uint32_t *state, uint32_t mean)
{
    uint32_t x = *state | (*state == 0);

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    *state = x;
    return 1 + (uint32_t)((uint64_t)x * (2 * mean) >> 32);
}
