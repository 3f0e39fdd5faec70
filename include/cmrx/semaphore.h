// semaphore.h - a number of tokens, taken and given, within one process.
//
// While there are tokens, and nobody waits, the kernel is not asked: taking and
// giving are 44 instructions together (measured on mps2_an385). A token
// belongs to nobody: who gives it need not have taken it. When several wait,
// the most urgent is woken; a thread that comes meanwhile may be faster.
//
// A wait that is cancelled or times out takes no token. A thread that was woken
// is not cancelled any more: it takes the token and is told CMRX_OK. When the
// process restarts, the number is what CMRX_SEMAPHORE() said; what a visitor
// took before it was unwound is not missing then, because all is new.

#ifndef CMRX_SEMAPHORE_H
#define CMRX_SEMAPHORE_H

#include <cmrx/status.h>
#include <cmrx/time.h>

#ifdef __cplusplus
extern "C" {
#endif

// Invariant: while count > 0 and a thread waits for it in the kernel, another
// has been woken and has not looked yet, or a giver has not yet looked at
// `waiters`. So no wake is lost: see semaphore.c.
struct cmrx_semaphore {
    volatile uint32_t count;   // tokens that can be taken
    volatile uint32_t waiters; // threads on their way into a wait, and out
    uint32_t maximum;          // count never exceeds it
};

// CMRX_SEMAPHORE(initial, maximum) initializes one with `initial` tokens, which
// never has more than `maximum` (1 .. UINT32_MAX).
#define CMRX_SEMAPHORE(initial, maximum)                                       \
    {                                                                          \
        initial, 0, maximum                                                    \
    }

// Take a token, waiting until `deadline` (microseconds, 0 not to wait,
// CMRX_FOREVER). Returns CMRX_OK, CMRX_TIMEOUT, or CMRX_CANCELLED (see
// cmrx_wait): no token was taken then. Any thread. Cost: constant.
enum cmrx_status cmrx_semaphore_take(struct cmrx_semaphore *semaphore,
                                     uint64_t deadline);

// Give a token, and wake the most urgent thread that waits for one. Never
// waits. Returns CMRX_OK, or CMRX_LIMIT when there are as many as can be.
// Any thread. Cost: constant.
enum cmrx_status cmrx_semaphore_give(struct cmrx_semaphore *semaphore);

#ifdef __cplusplus
}
#endif

#endif
