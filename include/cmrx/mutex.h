// mutex.h - one thread at a time, within one process.
//
// A word and wait/wake: while nobody contends, the kernel is not asked. It
// gives no priority to its owner; hold it briefly. When the process restarts it
// is free again with the rest of its memory.

#ifndef CMRX_MUTEX_H
#define CMRX_MUTEX_H

#include <cmrx/status.h>
#include <cmrx/time.h>

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
enum cmrx_status cmrx_mutex_lock(struct cmrx_mutex *mutex, uint64_t deadline);

// Give it back; only who has taken it. Any thread. Cost: constant.
void cmrx_mutex_unlock(struct cmrx_mutex *mutex);

#ifdef __cplusplus
}
#endif

#endif
