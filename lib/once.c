// once.c - what is done by the first who needs it: when it is not done yet.
//
// Why no wake is lost: who waits has set AWAITED, or seen it set, while the
// other was running, and the kernel lets it sleep only while it still is. Who
// ends running finds AWAITED in its exchange and wakes all.

#include <cmrx/once.h>
#include <cmrx/wait.h>

// The one definition, for who does not inline it.
extern enum cmrx_status cmrx_once(struct cmrx_once *once,
                                  enum cmrx_status (*function)(void),
                                  uint64_t deadline);

// From `seen` to `next`; what is there otherwise.
static uint32_t change(struct cmrx_once *once, uint32_t seen, uint32_t next)
{
    __atomic_compare_exchange_n(&once->state, &seen, next, 0, __ATOMIC_ACQ_REL,
                                __ATOMIC_ACQUIRE);
    return seen;
}

enum cmrx_status cmrx_once_begin(struct cmrx_once *once, uint64_t deadline)
{
    for (;;) {
        uint32_t state = change(once, CMRX_ONCE_NO, CMRX_ONCE_RUNNING);

        if (state == CMRX_ONCE_NO)
            return CMRX_OK;
        if (state == CMRX_ONCE_RUNNING)
            state = change(once, CMRX_ONCE_RUNNING, CMRX_ONCE_AWAITED);
        if (state == CMRX_ONCE_DONE)
            return CMRX_CHANGED;
        if (state == CMRX_ONCE_NO)
            continue;
        enum cmrx_status status =
            cmrx_wait(&once->state, CMRX_ONCE_AWAITED, deadline);
        if (status != CMRX_OK && status != CMRX_CHANGED)
            return status;
    }
}

enum cmrx_status cmrx_once_end(struct cmrx_once *once, enum cmrx_status status)
{
    uint32_t next = status == CMRX_OK ? CMRX_ONCE_DONE : CMRX_ONCE_NO;

    if (__atomic_exchange_n(&once->state, next, __ATOMIC_ACQ_REL) ==
        CMRX_ONCE_AWAITED)
        cmrx_wake(&once->state, CMRX_WAKE_ALL);
    return status;
}
