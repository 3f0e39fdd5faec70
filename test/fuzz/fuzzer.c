// fuzzer.c - a hostile process: four threads that do what their hands decide,
// in their own process and in those that they call.

#include "fuzzer.h"

#include <cmrx/mutex.h>

CMRX_USE(struct dealer, dealer);
CMRX_USE(struct foe, near);
CMRX_USE(struct foe, far);
CMRX_USE(struct foe, many);
CMRX_EVENT(nudged);
CMRX_POSTS(nudge);
CMRX_OPTIONAL_RIGHT(inspect); // by system calls of any kind

#define STEPS 16 // of a hand

volatile uint32_t words[WORDS];
CMRX_SHARED static uint32_t shared[8];
static struct cmrx_mutex mutex;

static void busy(uint32_t n)
{
    for (volatile uint32_t i = 0; i < n; i++)
        continue;
}

static uint64_t soon(uint32_t random)
{
    return cmrx_time_now() + random % 256;
}

// ---- What the library lets one do

static void call_step(uint32_t *state, uint32_t kinds)
{
    uint32_t random = random_next(state), seed = random_next(state);
    uint32_t result;
    uint64_t words_back;
    uint32_t *place = random & 16 ? shared : (uint32_t *)edge(state);

    switch (random % 5) {
    case 0:
        cmrx_call(&result, near, act, seed, place, kinds);
        break;
    case 1:
        cmrx_call(&result, far, act, seed, place, kinds);
        break;
    case 2:
        cmrx_call(&result, many, act, seed, place, kinds);
        break;
    case 3:
        // A sound server returns what it was given; a fuzzer may not.
        cmrx_call(&words_back, far, echo, seed, random);
        break;
    default:
        cmrx_call(&words_back, dealer, deal, random >> 8);
        break;
    }
}

struct gift {
    uint32_t word[6];
};

static void lend_step(uint32_t *state, uint32_t kinds)
{
    uint32_t random = random_next(state), result;
    CMRX_LENT(struct gift, gift);
    uint32_t *place = &gift->word[random >> 8 & 7];

    if (random % 2 == 0)
        cmrx_call_lending(gift, &result, near, act, random, place, kinds);
    else
        cmrx_call_lending(gift, &result, many, act, random, place, kinds);
}

static void wait_step(uint32_t *state)
{
    uint32_t random = random_next(state);
    volatile uint32_t *word = &words[random >> 8 & 3];

    switch (random % 6) {
    case 0:
        cmrx_wait(word, *word, soon(random >> 16));
        break;
    case 1:
        cmrx_wake(word, random >> 16 & 3);
        break;
    case 2:
        ++*word;
        cmrx_wake(word, CMRX_WAKE_ALL);
        break;
    case 3:
        cmrx_sleep_until(soon(random >> 16));
        break;
    case 4:
        if (cmrx_mutex_lock(&mutex, soon(random >> 16)) != CMRX_OK)
            break;
        busy(random >> 24);
        cmrx_mutex_unlock(&mutex);
        break;
    default:
        cmrx_wait(word, *word, random % 128 == 5 ? CMRX_FOREVER : 1);
        break;
    }
}

static void thread_step(uint32_t *state)
{
    uint32_t random = random_next(state);

    switch (random % 6) {
    case 0:
    case 1:
        cmrx_thread_start(random >> 8 & 3, random >> 16);
        break;
    case 2:
        cmrx_thread_join(random >> 8 & 3, NULL, soon(random >> 16));
        break;
    case 3:
        cmrx_thread_yield();
        break;
    case 4:
        cmrx_thread_priority(random >> 8 & 15);
        break;
    default:
        if (random >> 8 & 7)
            cmrx_thread_yield();
        else
            cmrx_thread_exit(random); // visiting, it is a fault
        break;
    }
}

static void event_step(uint32_t *state)
{
    uint32_t random = random_next(state);

    if (random % 2 == 0)
        cmrx_post(nudge, random);
    else
        cmrx_event_take(&nudged, random, soon(random >> 16));
}

void step(uint32_t *state, uint32_t kinds, uint32_t *place)
{
    uint32_t random = random_next(state), kind = random % KINDS;

    if ((kinds >> kind & 1) == 0)
        return;
    switch (kind) {
    case KIND_TRAP:
        raw_random(state);
        break;
    case KIND_EDGE:
        raw_edge(state);
        break;
    case KIND_STACK:
        raw_stack(state);
        break;
    case KIND_CALL:
        call_step(state, kinds);
        break;
    case KIND_LEND:
        lend_step(state, kinds);
        break;
    case KIND_WAIT:
        wait_step(state);
        break;
    case KIND_THREAD:
        thread_step(state);
        break;
    case KIND_EVENT:
        event_step(state);
        break;
    case KIND_INTERRUPT:
        timer_step(state);
        break;
    case KIND_FAULT:
        if (random >> 16 & 7)
            break;
        raw_fault(state, place);
        break;
    case KIND_BUSY:
        busy(random >> 20);
        break;
    default:
        raw_look(state);
        break;
    }
}

// ---- What others call, and the threads

static uint32_t act(CMRX_SELF, uint32_t seed, uint32_t *place, uint32_t kinds)
{
    uint32_t state = seed | 1;

    shown = place;
    for (uint32_t i = 0; i < seed % 3; i++)
        step(&state, kinds, place);
    if (seed % 64 == 1)
        cmrx_thread_exit(0);
    // Lent, or just above, or anything.
    if (seed % 16 == 2)
        *(volatile uint32_t *)((uint32_t)place & ~3u) = seed;
    return state;
}

static uint64_t echo(CMRX_SELF, uint32_t a, uint32_t b)
{
    return (uint64_t)b << 32 | a;
}

CMRX_PROVIDE(struct foe, one, .act = act, .echo = echo);
CMRX_PROVIDE_REENTRANT(struct foe, any, .act = act, .echo = echo);

static void play(uint32_t thread)
{
    for (;;) {
        uint64_t hand = 0;
        enum cmrx_status status = cmrx_call(&hand, dealer, deal, thread);
        uint32_t state = (uint32_t)hand, kinds = (uint32_t)(hand >> 32);

        if (kinds == 0 && status == CMRX_OK)
            cmrx_wait(NULL, 0, CMRX_FOREVER);
        for (uint32_t i = 0; i < STEPS && kinds != 0; i++)
            step(&state, kinds, &state);
    }
}

// Two are equals, one is above and one begins only when it is started. All of
// each stack is its bound: the stack pointer is anywhere, on purpose.
CMRX_THREAD(a, .stack = 2048, .bound = 2048, .priority = 5)
{
    play(0);
}

CMRX_THREAD(b, .stack = 2048, .bound = 2048, .priority = 5)
{
    play(1);
}

CMRX_THREAD(c, .stack = 1024, .bound = 1024, .priority = 9)
{
    play(2);
}

CMRX_THREAD(d, .stack = 2048, .bound = 2048, .priority = 7, .dormant = 1)
{
    play(3);
}
