// mutex.h - one thread at a time, within one process.
//
// A word and wait/wake: while nobody contends, the kernel is not asked. It
// gives no priority to its owner; hold it briefly. When the process restarts it
// is free again with the rest of its memory.

#ifndef CMRX_MUTEX_H
#define CMRX_MUTEX_H

#include <cmrx/status.h>
#include <cmrx/time.h>
#include <cmrx/wait.h>

#ifdef __cplusplus
extern "C" {
#endif

// Zero is free: a static one needs no initializer.
struct cmrx_mutex {
    volatile uint32_t word; // 0 free, 1 taken, 2 taken and somebody may wait
};

// Take the mutex, waiting until `deadline` (microseconds, CMRX_FOREVER).
// Returns CMRX_OK, CMRX_TIMEOUT, or CMRX_CANCELLED (see cmrx_wait): the mutex
// is then not taken. Not twice by one thread. Any thread. Cost: constant.
inline enum cmrx_status cmrx_mutex_lock(struct cmrx_mutex *mutex,
                                        uint64_t deadline);

// Give it back; only who has taken it. Any thread. Cost: constant.
inline void cmrx_mutex_unlock(struct cmrx_mutex *mutex);

// ---- How it works; nothing below is for direct use
//
// The values of the word, cmrx_mutex_lock_taken(), and the two functions above
// as functions (for a pointer to them, or a compiler that does not inline) are
// the binary interface: programs that were compiled with another version of
// this header agree on them.
//
// Two exclusives and two barriers are all, where the processor has them: a
// LDREX that was interrupted is told by its STREX, because an exception takes
// the monitor away (DDI 0403E A3.4), and a barrier (A3.7.3) keeps what the
// mutex protects behind the lock and before the unlock. For a processor without
// exclusives the compiler calls __atomic_compare_exchange_4() and
// __atomic_exchange_4(), which its port/NAME/user/ has to have.

#define CMRX_MUTEX_FREE    0u
#define CMRX_MUTEX_TAKEN   1u
#define CMRX_MUTEX_AWAITED 2u

enum cmrx_status cmrx_mutex_lock_taken(struct cmrx_mutex *mutex,
                                       uint64_t deadline);

__attribute__((always_inline)) inline enum cmrx_status cmrx_mutex_lock(
    struct cmrx_mutex *mutex, uint64_t deadline)
{
    uint32_t seen = CMRX_MUTEX_FREE;

    if (__atomic_compare_exchange_n(&mutex->word, &seen, CMRX_MUTEX_TAKEN, 0,
                                    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return CMRX_OK;
    return cmrx_mutex_lock_taken(mutex, deadline);
}

__attribute__((always_inline)) inline void cmrx_mutex_unlock(
    struct cmrx_mutex *mutex)
{
    if (__atomic_exchange_n(&mutex->word, CMRX_MUTEX_FREE, __ATOMIC_RELEASE) ==
        CMRX_MUTEX_AWAITED)
        cmrx_wake(&mutex->word, 1);
}

#ifdef __cplusplus
}
#endif

#endif
