// mutex.c - one thread at a time, within one process: when somebody contends.

#include <cmrx/mutex.h>

// The one definition, for who does not inline them.
extern enum cmrx_status cmrx_mutex_lock(struct cmrx_mutex *mutex,
                                        uint64_t deadline);
extern void cmrx_mutex_unlock(struct cmrx_mutex *mutex);

// From here on it is taken as AWAITED: whether others still wait is not known,
// and one wake too many costs less than one too few.
enum cmrx_status cmrx_mutex_lock_taken(struct cmrx_mutex *mutex,
                                       uint64_t deadline)
{
    while (__atomic_exchange_n(&mutex->word, CMRX_MUTEX_AWAITED,
                               __ATOMIC_ACQUIRE) != CMRX_MUTEX_FREE) {
        enum cmrx_status status =
            cmrx_wait(&mutex->word, CMRX_MUTEX_AWAITED, deadline);

        if (status != CMRX_OK && status != CMRX_CHANGED)
            return status;
    }
    return CMRX_OK;
}
