// condition.h - wait until something that a mutex protects has become true.
//
//     cmrx_mutex_lock(&mutex, CMRX_FOREVER);
//     while (!is_ready && status == CMRX_OK)
//         status = cmrx_condition_wait(&condition, &mutex, deadline);
//
// Woken means "look again": another thread may have been faster, and a wake may
// come without a reason. All who wait on one condition with signals must wait
// for the same thing; with broadcasts each may wait for its own.
//
// A signal that nobody waits for is 17 instructions (measured on mps2_an385).
//
// A visitor whose home ends (CMRX_CANCELLED) comes back *without* the mutex,
// because it may not wait for it any more. If it had been signalled before, it
// passes the signal on: none is lost with it. When the process restarts, nobody
// waits and the mutex is free, with all of its memory.

#ifndef CMRX_CONDITION_H
#define CMRX_CONDITION_H

#include <cmrx/mutex.h>

#ifdef __cplusplus
extern "C" {
#endif

// Zero is a condition that nobody waits for: a static one needs no initializer.
//
// Invariant: whoever waits in the kernel for a number of `signals` that is past
// will be woken, because the one who has counted on has yet to look at
// `waiters`, or to wake. 2^32 signals between a waiter's look and its wait
// would be taken for none.
struct cmrx_condition {
    volatile uint32_t signals; // ever given, modulo 2^32
    volatile uint32_t waiters; // threads inside cmrx_condition_wait()
};

// Give the mutex back and wait (no signal can come in between), until signalled
// or until `deadline` (microseconds, CMRX_FOREVER); then take the
// mutex again, however long that takes. Returns CMRX_OK, CMRX_TIMEOUT or
// CMRX_OWNER_DEAD (see cmrx_mutex_lock) with the mutex taken; CMRX_CANCELLED (see cmrx_wait) without.
// Any thread that holds the mutex. Cost: constant.
enum cmrx_status cmrx_condition_wait(struct cmrx_condition *condition,
                                     struct cmrx_mutex *mutex,
                                     uint64_t deadline);

// Wake the most urgent thread that waits. The mutex need not be held; held, it
// costs the woken thread a second wait. Nothing when nobody waits.
// Any thread. Cost: constant.
void cmrx_condition_signal(struct cmrx_condition *condition);

// Wake all threads that wait. Any thread. Cost: per woken thread.
void cmrx_condition_broadcast(struct cmrx_condition *condition);

#ifdef __cplusplus
}
#endif

#endif
