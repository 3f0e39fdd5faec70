// thread.h - the threads of a process.
//
// All threads are declared (CMRX_THREAD) and counted by the build; these start
// and end them. A thread is named by CMRX_THREAD_ID(name), and only by the
// process whose thread it is.

#ifndef CMRX_THREAD_H
#define CMRX_THREAD_H

#include <cmrx/process.h>
#include <cmrx/status.h>

#ifdef __cplusplus
extern "C" {
#endif

// Start thread `id`, which is dormant or has ended, with `argument`.
// Returns CMRX_OK, CMRX_BUSY while it runs, CMRX_INVALID for an id past the
// last. Any thread. Cost: constant.
enum cmrx_status cmrx_thread_start(uint32_t id, uintptr_t argument);

// End the thread that runs, with `result` for who joins it. Inside a process
// that is not its home a thread cannot end: that process faults.
// Any thread at home. Cost: constant.
__attribute__((noreturn)) void cmrx_thread_exit(uint32_t result);

// Wait until thread `id` has ended, at the latest until `deadline` (us), and
// put what it gave to cmrx_thread_exit() into *result, unless NULL.
// Returns CMRX_OK, CMRX_TIMEOUT, CMRX_CANCELLED, CMRX_LOOP for itself,
// CMRX_BUSY while another thread waits for the same end, CMRX_INVALID for an id
// past the last or a thread that was never started.
// Any thread. Cost: constant.
enum cmrx_status cmrx_thread_join(uint32_t id, uint32_t *result,
                                  uint64_t deadline);

// Let the others of the same priority go first. Any thread. Cost: constant.
void cmrx_thread_yield(void);

// Change the priority of the thread that runs to 1..what it was declared with.
// Returns CMRX_OK, CMRX_INVALID outside of that, CMRX_DENIED inside a call: a
// server does not set the pace of its callers. While somebody more urgent waits
// for a monitor that it is in, it is as urgent as that. Any thread. Cost: constant.
enum cmrx_status cmrx_thread_priority(uint32_t priority);

#ifdef __cplusplus
}
#endif

#endif
