// mutex.h - one thread at a time, within one process.
//
// It is a word; the kernel is asked only when a thread finds it taken. While
// threads wait for it, the one that has it runs with the highest of their
// priorities (priority inheritance); if that one waits for another mutex or monitor,
// the priority is lent on. When the process restarts, it is free again, like the rest
// of its memory is new.

#ifndef CMRX_MUTEX_H
#define CMRX_MUTEX_H

#include <cmrx/status.h>
#include <cmrx/time.h>
#include <cmrx/trap.h>
#include <cmrx/wait.h>

#ifdef __cplusplus
extern "C" {
#endif

// Zero is free: a static one needs no initializer.
struct cmrx_mutex {
    volatile uint32_t word; // 0 free; otherwise see below
};

// Take the mutex, waiting until `deadline` (microseconds, CMRX_FOREVER).
// Returns CMRX_OK; CMRX_OWNER_DEAD: it is taken, and whoever had it last has ended,
// or returned from the process that it visited, without giving it back: what it
// protects may be half done. That is said once.
// Otherwise it is not taken: CMRX_TIMEOUT, CMRX_CANCELLED (see cmrx_wait), or
// CMRX_LOOP: this thread has it already. Any thread. Cost: constant; to wait for it,
// also log2 of the threads, and per mutex and monitor of the chain of those that wait
// for each other.
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
// Who takes it writes its stack pointer, so that the kernel can tell whose it is;
// the lowest bit says that others may wait. That bit alone: it was left behind by
// who had it, and is free to be taken.
//
// Two exclusives and two barriers are all, where the processor has them: a
// LDREX that was interrupted is told by its STREX, because an exception takes
// the monitor away (DDI 0403E A3.4), and a barrier (A3.7.3) keeps what the
// mutex protects behind the lock and before the unlock. For a processor without
// exclusives the compiler calls __atomic_compare_exchange_4() and
// __atomic_exchange_4(), which its port/NAME/user/ has to have.

#define CMRX_MUTEX_FREE    0u
#define CMRX_MUTEX_LEFT    1u
#define CMRX_MUTEX_AWAITED 1u // or-ed

enum cmrx_status cmrx_mutex_lock_taken(struct cmrx_mutex *mutex,
                                       uint64_t deadline);

// Sleep while it is taken as in `seen`. The kernel marks it AWAITED in the same step.
// CMRX_CHANGED also when it has found it left behind, and marked so.
enum cmrx_status cmrx_mutex_wait(struct cmrx_mutex *mutex, uint32_t seen,
                                 uint64_t deadline);

__attribute__((always_inline)) inline enum cmrx_status cmrx_mutex_lock(
    struct cmrx_mutex *mutex, uint64_t deadline)
{
    uint32_t seen = CMRX_MUTEX_FREE;

    if (__atomic_compare_exchange_n(&mutex->word, &seen, cmrx_stack_pointer(),
                                    0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return CMRX_OK;
    return cmrx_mutex_lock_taken(mutex, deadline);
}

__attribute__((always_inline)) inline void cmrx_mutex_unlock(
    struct cmrx_mutex *mutex)
{
    if (__atomic_exchange_n(&mutex->word, CMRX_MUTEX_FREE, __ATOMIC_RELEASE) &
        CMRX_MUTEX_AWAITED)
        cmrx_wake(&mutex->word, 1);
}

#ifdef __cplusplus
}
#endif

#endif
