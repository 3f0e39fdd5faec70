// once.h - what is done by the first who needs it, and by nobody else.
//
// The first thread runs the function, others wait until it is done. If the
// function fails, its thread is told why, and the next thread that waits, or
// comes, runs it again. It is the same when the thread is a visitor that has to
// return (CMRX_CANCELLED): the waits of its function are cancelled, and the
// function says that it has failed.
//
// When it is done, asking costs 5 instructions (measured on mps2_an385).
//
// When the process restarts, nothing has been done, as its memory says.

#ifndef CMRX_ONCE_H
#define CMRX_ONCE_H

#include <cmrx/status.h>
#include <cmrx/time.h>

#ifdef __cplusplus
extern "C" {
#endif

// Zero is not done: a static one needs no initializer.
//
// Invariant: AWAITED is set, before it waits, by each who waits; so who ends
// RUNNING wakes all of them.
struct cmrx_once {
    volatile uint32_t state; // 0 no, 1 running, 2 running and awaited, 3 done
};

// Run `function` unless that was done; if another thread does it, wait for it
// until `deadline` (microseconds, CMRX_FOREVER). A function that comes here
// again, for the same object, waits for itself.
//
// function: its name itself, so that stack bounds can be worked out. It returns
// CMRX_OK or why it failed.
// Returns CMRX_OK: it is done, by whomever; CMRX_TIMEOUT or CMRX_CANCELLED (see
// cmrx_wait) of the wait; or what the function returned.
// Any thread. Cost: constant, and the function.
inline enum cmrx_status cmrx_once(struct cmrx_once *once,
                                  enum cmrx_status (*function)(void),
                                  uint64_t deadline);

// ---- How it works; nothing below is for direct use

#define CMRX_ONCE_NO      0u
#define CMRX_ONCE_RUNNING 1u
#define CMRX_ONCE_AWAITED 2u
#define CMRX_ONCE_DONE    3u

// CMRX_OK: do it, then call cmrx_once_end(). CMRX_CHANGED: another has done it.
enum cmrx_status cmrx_once_begin(struct cmrx_once *once, uint64_t deadline);
enum cmrx_status cmrx_once_end(struct cmrx_once *once, enum cmrx_status status);

__attribute__((always_inline)) inline enum cmrx_status cmrx_once(
    struct cmrx_once *once, enum cmrx_status (*function)(void),
    uint64_t deadline)
{
    enum cmrx_status status;

    if (__atomic_load_n(&once->state, __ATOMIC_ACQUIRE) == CMRX_ONCE_DONE)
        return CMRX_OK;
    status = cmrx_once_begin(once, deadline);
    if (status == CMRX_OK)
        return cmrx_once_end(once, function());
    return status == CMRX_CHANGED ? CMRX_OK : status;
}

#ifdef __cplusplus
}
#endif

#endif
