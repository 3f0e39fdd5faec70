// seqlock.c - data that many read and one seldom writes.
//
// Why no wake is lost: a reader counts itself in `waiters` before the kernel
// looks whether it is still being written; the writer says that it is not
// before it looks at `waiters`. One of both sees the other.

#include <cmrx/seqlock.h>
#include <cmrx/wait.h>

enum cmrx_status cmrx_seqlock_read_begin(struct cmrx_seqlock *lock,
                                         uint32_t *begun, uint64_t deadline)
{
    for (;;) {
        uint32_t seen = __atomic_load_n(&lock->sequence, __ATOMIC_ACQUIRE);

        if (seen % 2 == 0) {
            *begun = seen;
            return CMRX_OK;
        }
        __atomic_fetch_add(&lock->waiters, 1, __ATOMIC_RELAXED);
        enum cmrx_status status = cmrx_wait(&lock->sequence, seen, deadline);
        __atomic_fetch_sub(&lock->waiters, 1, __ATOMIC_RELAXED);
        if (status != CMRX_OK && status != CMRX_CHANGED)
            return status;
    }
}

// All that was read, was read before this look.
bool cmrx_seqlock_read_again(const struct cmrx_seqlock *lock, uint32_t begun)
{
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return __atomic_load_n(&lock->sequence, __ATOMIC_RELAXED) != begun;
}

// Nothing is written before it is odd.
void cmrx_seqlock_write_begin(struct cmrx_seqlock *lock)
{
    uint32_t odd = lock->sequence + 1;

    __atomic_store_n(&lock->sequence, odd, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_RELEASE);
}

void cmrx_seqlock_write_end(struct cmrx_seqlock *lock)
{
    uint32_t even = lock->sequence + 1;

    __atomic_store_n(&lock->sequence, even, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&lock->waiters, __ATOMIC_RELAXED) > 0)
        cmrx_wake(&lock->sequence, CMRX_WAKE_ALL);
}
