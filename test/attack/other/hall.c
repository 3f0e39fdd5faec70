// hall.c - where visitors and those who live there take the same mutexes.
//
// Who lives there is not in the monitor. So when one of them gives a mutex back, or
// wakes somebody, or ends, a visitor is woken who finds the monitor taken, and lends its
// priority to whoever is in it.

#include "chance.h"
#include "hall.h"

#include <cmrx/mutex.h>

#define MUTEXES 4u
#define WORDS   4u
#define OWN     4u
#define STRIDE  128u // in words: the tree of those that are waited for is a line

struct place {
    struct cmrx_mutex mutex;
    volatile uint32_t word;
    uint32_t rest[STRIDE - 2];
};

static struct place places[MUTEXES];

static enum cmrx_status lock(uint32_t mutex, uint64_t deadline)
{
    return cmrx_mutex_lock(&places[mutex].mutex, deadline);
}

static bool is_taken(enum cmrx_status status)
{
    return status == CMRX_OK || status == CMRX_OWNER_DEAD;
}

static void open(CMRX_SELF)
{
    for (uint32_t i = 0; i < OWN; i++)
        cmrx_thread_start(i, i);
}

// Whoever has one takes only those behind it, so nobody waits in a circle.
static void use(CMRX_SELF, uint32_t mutex, uint32_t other, uint32_t until)
{
    if (!is_taken(lock(mutex, until)))
        return;
    if (other <= mutex)
        cmrx_sleep_until(until);
    else if (is_taken(lock(other, until)))
        cmrx_mutex_unlock(&places[other].mutex);
    cmrx_mutex_unlock(&places[mutex].mutex);
}

static void listen(CMRX_SELF, uint32_t word, uint32_t until)
{
    volatile uint32_t *w = &places[word].word;

    cmrx_wait(w, *w, until);
}

static void stay(CMRX_SELF, uint32_t turns)
{
    for (volatile uint32_t i = 0; i < turns; i++)
        continue;
}

CMRX_PROVIDE(struct hall, hall, .open = open, .use = use, .listen = listen,
             .stay = stay);

// One in sixteen times it ends, whatever it has, and another starts it again.
static void live(uint32_t self)
{
    uint32_t chance = (uint32_t)cmrx_time_now() + self + 1;

    for (;;) {
        uint64_t now = cmrx_time_now(), next = (now / GRID_US + 1) * GRID_US;

        chance = shuffled(chance);
        cmrx_thread_start((self + 1) % OWN, (self + 1) % OWN);
        uint32_t mutex = chance >> 4 & (MUTEXES - 1);
        bool has_it = is_taken(lock(mutex, next + GRID_US));
        cmrx_sleep_until(next + (chance >> 8 & 1) * 64);
        if (chance >> 28 == 0)
            return;
        if (has_it)
            cmrx_mutex_unlock(&places[mutex].mutex);
        cmrx_wake(&places[chance >> 12 & (WORDS - 1)].word,
                  1 + (chance >> 16 & 7));
    }
}

#define ONE(number, urgent)                                                    \
    CMRX_THREAD(own_##number, .stack = CMRX_AUTO, .priority = (urgent),        \
                .dormant = 1)                                                  \
    {                                                                          \
        live(argument);                                                        \
    }

ONE(0, 3)
ONE(1, 5)
ONE(2, 7)
ONE(3, 10)
