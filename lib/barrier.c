// barrier.c - threads that go on when all of them have come.
//
// Why no wake is lost: the kernel lets a thread sleep only while the word is
// what it saw, in its own round. Others that come change the word and need wake
// nobody; the last begins a new round and wakes all who sleep. Who gives up
// takes itself out of its round, in one step, or finds that it has been let go.

#include <cmrx/barrier.h>
#include <cmrx/wait.h>

#define ROUND 256u

static uint32_t load(const struct cmrx_barrier *barrier)
{
    return __atomic_load_n(&barrier->word, __ATOMIC_ACQUIRE);
}

static int change(struct cmrx_barrier *barrier, uint32_t *seen, uint32_t next)
{
    return __atomic_compare_exchange_n(&barrier->word, seen, next, 1,
                                       __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

// The word when this thread has come.
static uint32_t come(struct cmrx_barrier *barrier)
{
    uint32_t seen = load(barrier), next;

    do {
        next = seen + 1;
        if (next % ROUND >= barrier->threads)
            next = (seen / ROUND + 1) * ROUND;
    } while (!change(barrier, &seen, next));
    return next;
}

// Is it too late for that?
static int give_up(struct cmrx_barrier *barrier, uint32_t round)
{
    uint32_t seen = load(barrier);

    while (seen / ROUND == round)
        if (change(barrier, &seen, seen - 1))
            return 1;
    return 0;
}

enum cmrx_status cmrx_barrier_wait(struct cmrx_barrier *barrier,
                                   uint64_t deadline)
{
    uint32_t word = come(barrier), round = word / ROUND;

    if (word % ROUND == 0) {
        cmrx_wake(&barrier->word, CMRX_WAKE_ALL);
        return CMRX_OK;
    }
    while (word / ROUND == round) {
        enum cmrx_status status = cmrx_wait(&barrier->word, word, deadline);

        if (status != CMRX_OK && status != CMRX_CHANGED)
            return give_up(barrier, round) ? status : CMRX_OK;
        word = load(barrier);
    }
    return CMRX_OK;
}
