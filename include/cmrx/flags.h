// flags.h - 32 flags, for any or all of which threads of a process wait.
//
// For what comes from other processes and from interrupts there are events
// (wait.h), which one thread takes. These are for several threads, and may be
// waited for together.
//
// A flag is a state, not a message: a waiter sees the flags as they are when it
// runs. One that is cleared, by hand or by another waiter's CMRX_FLAGS_CLEAR,
// before a woken thread has run, is not seen by that thread, and it waits on.
// With CMRX_FLAGS_CLEAR each setting is taken by exactly one thread.
//
// Setting one that nobody waits for and taking it are 63 instructions (measured
// on mps2_an385).
//
// A wait that is cancelled or times out clears nothing. When the process
// restarts all flags are clear and nobody waits.

#ifndef CMRX_FLAGS_H
#define CMRX_FLAGS_H

#include <cmrx/status.h>
#include <cmrx/time.h>

#ifdef __cplusplus
extern "C" {
#endif

// Zero is none set: a static one needs no initializer.
//
// Invariant: whoever waits in the kernel has looked at `bits` as they are, or
// will be woken, because who has changed them since has yet to look at
// `waiters`, or to wake all.
struct cmrx_flags {
    volatile uint32_t bits;
    volatile uint32_t waiters; // threads on their way into a wait, and out
};

// How to wait, or-ed: for any of the flags or for all; clear those that were
// waited for when the wait succeeds.
#define CMRX_FLAGS_ANY   0u
#define CMRX_FLAGS_ALL   1u
#define CMRX_FLAGS_CLEAR 2u

// Wait until any (all) of `mask` are set, at the latest until `deadline`
// (microseconds, 0 not to wait, CMRX_FOREVER), and put those of `mask` that
// were set into *seen, unless NULL.
//
// mask: at least one flag.
// how: CMRX_FLAGS_ANY or CMRX_FLAGS_ALL, with or without CMRX_FLAGS_CLEAR.
// Returns CMRX_OK, CMRX_TIMEOUT, CMRX_CANCELLED (see cmrx_wait), CMRX_INVALID
// for an empty mask; *seen is written with CMRX_OK only.
// Any thread. Cost: constant; once more for each change of other flags.
enum cmrx_status cmrx_flags_wait(struct cmrx_flags *flags, uint32_t mask,
                                 uint32_t how, uint64_t deadline,
                                 uint32_t *seen);

// Set `bits`. Wakes all that wait, each looks again: it is not constant.
// Any thread. Cost: per waiting thread.
void cmrx_flags_set(struct cmrx_flags *flags, uint32_t bits);

// Clear `bits`. Returns those of them that were set. Any thread. Cost: constant.
uint32_t cmrx_flags_clear(struct cmrx_flags *flags, uint32_t bits);

#ifdef __cplusplus
}
#endif

#endif
