// crowd.c - eight threads that wait for each other, as if they had taken mutexes.
//
// Whoever waits for a mutex says in its word who has it: an address in somebody's
// stack. Nobody keeps them from saying what they like. Their deadlines come at the
// same instants, and find chains and circles of threads that lend to each other.
//
// The longest is a circle of all. When the deadline of its most urgent passes first, all
// others become less urgent, most of them again with the next one, and so on.
// In half of the rounds that one comes to it last, shortly before: then they have
// just become more urgent. In one round of eight each makes its own choice.

#include "chance.h"
#include "crowd.h"

#include <cmrx/mutex.h>

#define THREADS 8u
#define LAST    (THREADS - 1) // the most urgent
#define GRID_US 1024u
#define STRIDE                                                                 \
    128u // in words: the tree of those that are waited for is a line then

struct place {
    struct cmrx_mutex mutex;
    uint32_t rest[STRIDE - 1];
};

static struct place places[THREADS];
static volatile uint32_t stack[THREADS]; // an address in each one's
static volatile uint32_t count;

static void wait_for(uint32_t owner, uint32_t place, uint64_t deadline)
{
    struct cmrx_mutex *mutex = &places[place].mutex;
    uint32_t seen = stack[owner];

    mutex->word = seen;
    enum cmrx_status status = cmrx_mutex_wait(mutex, seen, deadline);
    if (status == CMRX_OK || status == CMRX_TIMEOUT)
        count++; // one that gets lost does not matter
    else         // nobody is there, or itself
        cmrx_sleep_until(deadline);
}

// Some are woken early. The least urgent ends, whoever waits for it, and is started
// again by the most urgent. True: it has to end.
static bool wait_by_chance(uint32_t self, uint32_t chance, uint64_t end)
{
    if (self == LAST)
        cmrx_thread_start(0, 0);
    if (chance >> 24 < 64)
        cmrx_wake(&places[chance >> 16 & LAST].mutex.word, CMRX_WAKE_ALL);
    wait_for(chance & LAST, chance >> 8 & LAST, end);
    return self == 0 && chance >> 24 < 64;
}

static void wait_in_circle(uint32_t self, uint32_t lead, uint64_t end)
{
    if (self == LAST && lead > 0)
        cmrx_sleep_until(end - lead);
    wait_for((self - 1) & LAST, self, end + LAST - self);
}

// Of a round all know the same number.
static void be_one_of_them(uint32_t self)
{
    uint32_t chance = count + self + 1;
    bool is_over = false;

    stack[self] = cmrx_stack_pointer();
    while (!is_over) {
        uint32_t round = (uint32_t)cmrx_time_now() / GRID_US + 1;
        uint32_t kind = shuffled(round) >> 8, lead = 64 + (kind & 127);
        uint64_t end = round * GRID_US;
        chance = shuffled(chance);
        if (kind % 8 == 0)
            is_over = wait_by_chance(self, chance, end);
        else
            wait_in_circle(self, kind % 4 > 1 ? lead : 0, end);
    }
}

#define ONE(number)                                                            \
    CMRX_THREAD(one_##number, .stack = CMRX_AUTO, .priority = (number) + 2,    \
                .dormant = 1)                                                  \
    {                                                                          \
        be_one_of_them(number);                                                \
    }

ONE(0)
ONE(1)
ONE(2)
ONE(3)
ONE(4)
ONE(5)
ONE(6)
ONE(7)

static void start(CMRX_SELF)
{
    for (uint32_t i = 0; i < THREADS; i++)
        cmrx_thread_start(i, 0);
}

static uint32_t waits(CMRX_SELF)
{
    return count;
}

CMRX_PROVIDE_REENTRANT(struct crowd, crowd, .start = start, .waits = waits);
