// barrier.h - threads that go on when all of them have come.
//
// Used again and again: the last one to come lets all go, and the next round
// begins. Who gives up (deadline, cancelled) has not come: the others wait for
// one more. When the process restarts, nobody has come.

#ifndef CMRX_BARRIER_H
#define CMRX_BARRIER_H

#include <cmrx/status.h>
#include <cmrx/time.h>

#ifdef __cplusplus
extern "C" {
#endif

// Invariant: arrived < threads; whoever waits in the kernel waits in the round
// that is in `word`, or will be woken by the one who has begun another. Both
// are in one word so that giving up and being let go exclude each other. 2^24
// rounds while one thread is on its way to sleep would be taken for none.
struct cmrx_barrier {
    volatile uint32_t word; // rounds << 8 | arrived
    uint32_t threads;
};

// CMRX_BARRIER(threads) initializes a barrier for 1 .. 255 threads.
#define CMRX_BARRIER(threads)                                                  \
    {                                                                          \
        0, threads                                                             \
    }

// Come, and wait for the others until `deadline` (microseconds, CMRX_FOREVER).
// Returns CMRX_OK when all have come; CMRX_TIMEOUT or CMRX_CANCELLED (see
// cmrx_wait): this thread has then not come.
// Any thread. Cost: constant; for the last that comes, per waiting thread.
enum cmrx_status cmrx_barrier_wait(struct cmrx_barrier *barrier,
                                   uint64_t deadline);

#ifdef __cplusplus
}
#endif

#endif
