// semaphore.c - a number of tokens, taken and given, within one process.
//
// Why no wake is lost: a taker counts itself in `waiters` before the kernel
// looks at `count` for it; a giver adds to `count` before it looks at
// `waiters`. If the giver sees none, the taker counted itself later, so the
// kernel sees the token. If it sees one, it wakes: somebody who waits, or
// nobody, who then has not come to the kernel yet and will see the token. All
// who wait do the same when woken, so it does not matter who it is. Between
// the two steps of the taker there is a system call; for those of the giver the
// order of the program is enough, on one processor.

#include <cmrx/semaphore.h>
#include <cmrx/wait.h>

static int try_take(struct cmrx_semaphore *semaphore)
{
    uint32_t count = __atomic_load_n(&semaphore->count, __ATOMIC_RELAXED);

    while (count > 0)
        if (__atomic_compare_exchange_n(&semaphore->count, &count, count - 1, 1,
                                        __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return 1;
    return 0;
}

enum cmrx_status cmrx_semaphore_take(struct cmrx_semaphore *semaphore,
                                     uint64_t deadline)
{
    for (;;) {
        if (try_take(semaphore))
            return CMRX_OK;
        __atomic_fetch_add(&semaphore->waiters, 1, __ATOMIC_RELAXED);
        enum cmrx_status status = cmrx_wait(&semaphore->count, 0, deadline);
        __atomic_fetch_sub(&semaphore->waiters, 1, __ATOMIC_RELAXED);
        if (status != CMRX_OK && status != CMRX_CHANGED)
            return status;
    }
}

enum cmrx_status cmrx_semaphore_give(struct cmrx_semaphore *semaphore)
{
    uint32_t count = __atomic_load_n(&semaphore->count, __ATOMIC_RELAXED);

    do {
        if (count >= semaphore->maximum)
            return CMRX_LIMIT;
    } while (!__atomic_compare_exchange_n(&semaphore->count, &count, count + 1,
                                          1, __ATOMIC_RELEASE,
                                          __ATOMIC_RELAXED));
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (__atomic_load_n(&semaphore->waiters, __ATOMIC_RELAXED) > 0)
        cmrx_wake(&semaphore->count, 1);
    return CMRX_OK;
}
