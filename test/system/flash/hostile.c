// hostile.c - asks a driver of flash for anything: what makes sense, and what does
// not.
//
// Each argument is by itself a good one or a bad one. `high` comes in at instants
// that have nothing to do with what `low` is at, and changes what `low` has lent.

#include "hostile.h"

#include "../../../driver/flash.h"
#include "machine.h"

#include <cmrx/cmrx.h>

CMRX_USE(struct flash, flash);

enum { WINDOW = 0x80000, SECTORS = 2, BUFFER_WORDS = 16 };

static CMRX_SHARED uint32_t buffer[BUFFER_WORDS];
static uint32_t mine[BUFFER_WORDS]; // lent to nobody

static volatile uint32_t seed, counts[TARGETS][OUTCOMES];

// xorshift32 (Marsaglia); each thread has its own.
static uint32_t random_below(uint32_t *state, uint32_t n)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return (*state >> 8) % n;
}

static uint32_t bad_word(uint32_t *state)
{
    const uint32_t words[] = {
        WINDOW,
        WINDOW - 1,
        WINDOW + 4 * random_below(state, 100),
        1 + 4 * random_below(state, 100),
        2,
        0x7ffffffcu,
        0x80000000u,
        UINT32_MAX,
        UINT32_MAX - 3,
    };

    return words[random_below(state, sizeof(words) / 4)];
}

static uint32_t bad_count(uint32_t *state)
{
    static const uint32_t counts_[] = {
        0,           BUFFER_WORDS + 1, WINDOW / 4, 0x40000000u,
        0x40000001u, 0x80000000u,      UINT32_MAX,
    };

    return counts_[random_below(state, sizeof(counts_) / 4)];
}

static uint32_t bad_address(uint32_t *state)
{
    const uint32_t addresses[] = {
        0,
        MACHINE_KERNEL,
        MACHINE_SECRET,
        0xfffffff8u,
        (uint32_t)(uintptr_t)mine,
        (uint32_t)(uintptr_t)buffer + 1 + random_below(state, 3),
        (uint32_t)(uintptr_t)buffer + sizeof(buffer) + 0x1000,
        (uint32_t)(uintptr_t)bad_address,
        (uint32_t)(uintptr_t)addresses, // of the stack, above the cut
    };

    return addresses[random_below(state, sizeof(addresses) / 4)];
}

// ---- A call

struct arguments {
    uint32_t offset, address, count, sector;
    bool is_bad; // for what the target takes of them
};

static bool choose_bad(uint32_t *state)
{
    return random_below(state, 6) == 0;
}

static struct arguments choose(uint32_t *state, uint32_t target)
{
    bool bad[4];
    struct arguments a;

    for (uint32_t n = 0; n < 4; n++)
        bad[n] = choose_bad(state);
    a.count = bad[0] ? bad_count(state) : 1 + random_below(state, BUFFER_WORDS);
    a.offset = bad[1] ? bad_word(state)
                      : 4 * random_below(state, WINDOW / 4 - BUFFER_WORDS);
    a.address = bad[2] ? bad_address(state) : (uint32_t)(uintptr_t)buffer;
    a.sector =
        bad[3] ? SECTORS + bad_count(state) % 1000 : random_below(state, 2);
    a.is_bad = (bad[2] && target != ERASE) || (bad[3] && target == ERASE) ||
               ((bad[0] || bad[1]) && (target == READ || target == PROGRAM));
    return a;
}

static enum cmrx_status ask(uint32_t target, const struct arguments *a,
                            uint64_t until, int32_t *result)
{
    uint32_t *at = (uint32_t *)(uintptr_t)a->address;

    switch (target) {
    case INFO:
        return cmrx_call_until(until, result, flash, info, (void *)at);
    case READ:
        return cmrx_call_until(until, result, flash, read, a->offset, at,
                               a->count);
    case PROGRAM:
        return cmrx_call_until(until, result, flash, program, a->offset, at,
                               a->count);
    default:
        return cmrx_call_until(until, result, flash, erase, a->sector);
    }
}

// Ones where there are zeros are refused, whatever else is right.
static enum outcome judge(enum cmrx_status status, int32_t result, bool is_bad)
{
    if (status == CMRX_TIMEOUT || (status == CMRX_OK && result == FLASH_BUSY))
        return CUT;
    if (status != CMRX_OK)
        return WRONG;
    if (is_bad)
        return result == FLASH_RANGE || result == FLASH_DENIED ? REFUSED
                                                               : WRONG;
    return result == 0 ? ACCEPTED : result == FLASH_SET ? REFUSED : WRONG;
}

static void call_any(uint32_t *state)
{
    uint32_t target = random_below(state, TARGETS);
    struct arguments a = choose(state, target);
    uint64_t until = cmrx_time_now() + 50 + random_below(state, 3000);
    int32_t result = 1;
    enum cmrx_status status = ask(target, &a, until, &result);

    counts[target][judge(status, result, a.is_bad)]++;
}

static uint32_t seed_now(void)
{
    while (seed == 0)
        cmrx_wait(&seed, 0, CMRX_FOREVER);
    return seed;
}

static void scribble(uint32_t *state)
{
    buffer[random_below(state, BUFFER_WORDS)] =
        random_below(state, 2) == 0 ? 0 : *state;
}

CMRX_THREAD(low, .stack = CMRX_AUTO, .priority = 3)
{
    uint32_t state = seed_now();

    for (;;) {
        scribble(&state);
        call_any(&state);
    }
}

CMRX_THREAD(high, .stack = CMRX_AUTO, .priority = 6)
{
    uint32_t state = seed_now() ^ 0x5bd1e995u;

    for (;;) {
        cmrx_sleep_until(cmrx_time_now() + 20 + random_below(&state, 2000));
        scribble(&state);
        call_any(&state);
    }
}

// ---- What the tester asks

static void begin(CMRX_SELF, uint32_t with)
{
    seed = with | 1;
    cmrx_wake(&seed, CMRX_WAKE_ALL);
}

static uint32_t count(CMRX_SELF, uint32_t target, uint32_t outcome)
{
    return target < TARGETS && outcome < OUTCOMES ? counts[target][outcome] : 0;
}

CMRX_PROVIDE_REENTRANT(struct hostile, hostile, .begin = begin, .count = count);
