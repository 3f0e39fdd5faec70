// mutex.c - one thread at a time, within one process.

#include <cmrx/mutex.h>
#include <cmrx/wait.h>

#include <stdbool.h>

enum { FREE, TAKEN, AWAITED };

enum cmrx_status cmrx_mutex_lock(struct cmrx_mutex *mutex, uint64_t deadline)
{
    uint32_t seen = FREE;

    if (__atomic_compare_exchange_n(&mutex->word, &seen, TAKEN, false,
                                    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return CMRX_OK;
    // From here on it is taken as AWAITED: whether others still wait is not
    // known, and one wake too many costs less than one too few.
    while (__atomic_exchange_n(&mutex->word, AWAITED, __ATOMIC_ACQUIRE) !=
           FREE) {
        enum cmrx_status status = cmrx_wait(&mutex->word, AWAITED, deadline);

        if (status != CMRX_OK && status != CMRX_CHANGED)
            return status;
    }
    return CMRX_OK;
}

void cmrx_mutex_unlock(struct cmrx_mutex *mutex)
{
    if (__atomic_exchange_n(&mutex->word, FREE, __ATOMIC_RELEASE) == AWAITED)
        cmrx_wake(&mutex->word, 1);
}
