// wait.h - waiting and waking on words, and events.
//
// A thread waits on a word of the process it is in; whoever changes the word
// wakes it. Semaphores, queues and the like are made of these two (and, in most
// cases, without a system call): the kernel knows nothing of them.

#ifndef CMRX_WAIT_H
#define CMRX_WAIT_H

#include <cmrx/process.h>
#include <cmrx/status.h>
#include <cmrx/time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CMRX_WAKE_ALL UINT32_MAX

// Sleep while *word == while_equal, until somebody wakes the word or the clock
// reaches `deadline` (microseconds, CMRX_FOREVER for none). A monitor is left
// while waiting and entered again before this returns.
//
// word: aligned, in writable memory of the process the thread is in; NULL to
// wait for the deadline alone.
// Returns CMRX_OK when woken; CMRX_CHANGED when *word was another value;
// CMRX_TIMEOUT; CMRX_CANCELLED when the thread is inside of a call and should
// return from it: its home has ended, or another process on its way here that waits
// for it to return, or the deadline of the call (see cmrx_call_until) has passed;
// CMRX_INVALID for a word that is not the process's.
// No wake-up is lost: a wake after the word was looked at is seen.
// Any thread. Cost: constant.
enum cmrx_status cmrx_wait(const volatile uint32_t *word, uint32_t while_equal,
                           uint64_t deadline);

// Wake the `count` most urgent threads that wait on `word` (CMRX_WAKE_ALL: all
// of them), in the process the thread is in. They are woken one by one: one that
// is more urgent than the waker runs before the next is woken. Who begins to wait
// meanwhile is not woken. Returns how many were woken, or CMRX_INVALID as above.
// Any thread. Cost: per woken thread.
int32_t cmrx_wake(const volatile uint32_t *word, uint32_t count);

// Set `bits` in the event of another process, declared with CMRX_POSTS(event),
// and wake who waits on it. Never blocks. `event` is the name itself.
// Returns CMRX_OK, CMRX_CLOSED when its process is stopped, CMRX_INVALID.
// Any thread. Cost: constant.
#define cmrx_post(event, bits) cmrx_event_post(CMRX_NUMBER(event), bits)
enum cmrx_status cmrx_event_post(uint32_t number, uint32_t bits);

// Wait until one of `mask` is set in an event of this process, then clear and
// return those that were; 0 when the deadline passed or the wait was cancelled.
// Other bits stay. Any thread. Cost: constant.
uint32_t cmrx_event_take(volatile uint32_t *event, uint32_t mask,
                         uint64_t deadline);

#ifdef __cplusplus
}
#endif

#endif
