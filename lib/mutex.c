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
    uint32_t self = cmrx_stack_pointer() | CMRX_MUTEX_AWAITED;

    for (;;) {
        enum cmrx_status status = CMRX_CHANGED;
        uint32_t seen = __atomic_load_n(&mutex->word, __ATOMIC_RELAXED);

        if (seen > CMRX_MUTEX_LEFT)
            status = cmrx_mutex_wait(mutex, seen, deadline);
        else if (__atomic_compare_exchange_n(&mutex->word, &seen, self, 0,
                                             __ATOMIC_ACQUIRE,
                                             __ATOMIC_RELAXED))
            return seen == CMRX_MUTEX_LEFT ? CMRX_OWNER_DEAD : CMRX_OK;
        if (status != CMRX_OK && status != CMRX_CHANGED)
            return status;
    }
}
