// event.c - words whose bits others may set.

#include <cmrx/trap.h>
#include <cmrx/wait.h>

enum cmrx_status cmrx_event_post(uint32_t number, uint32_t bits)
{
    return (enum cmrx_status)cmrx_trap_two(CMRX_SYS_POST, number, bits).status;
}

// An interrupt may set bits between the load and the store: only an atomic one
// loses none. Who has set them ran on the same processor: for that no barrier is
// needed but the compiler's.
static uint32_t take(volatile uint32_t *event, uint32_t mask)
{
    __atomic_signal_fence(__ATOMIC_ACQ_REL);
    uint32_t old = __atomic_fetch_and(event, ~mask, __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_ACQ_REL);
    return old;
}

uint32_t cmrx_event_take(volatile uint32_t *event, uint32_t mask,
                         uint64_t deadline)
{
    for (;;) {
        uint32_t old = take(event, mask);

        if ((old & mask) != 0)
            return old & mask;
        // Other bits may be set and stay: wait for any change of the word.
        struct cmrx_reply reply =
            cmrx_trap(CMRX_SYS_WAIT, (uint32_t)(uintptr_t)event, old,
                      (uint32_t)deadline, (uint32_t)(deadline >> 32));
        if (reply.status != CMRX_OK && reply.status != CMRX_CHANGED)
            return take(event, mask) & mask;
    }
}
