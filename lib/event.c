// event.c - words whose bits others may set.

#include <cmrx/trap.h>
#include <cmrx/wait.h>

enum cmrx_status cmrx_event_post(uint32_t number, uint32_t bits)
{
    return (enum cmrx_status)cmrx_trap(CMRX_SYS_POST, number, bits, 0, 0)
        .status;
}

uint32_t cmrx_event_take(volatile uint32_t *event, uint32_t mask,
                         uint64_t deadline)
{
    for (;;) {
        // An interrupt may set bits between the load and the store: only an
        // atomic one loses none.
        uint32_t old = __atomic_fetch_and(event, ~mask, __ATOMIC_ACQ_REL);

        if ((old & mask) != 0)
            return old & mask;
        // Other bits may be set and stay: wait for any change of the word.
        enum cmrx_status status = cmrx_wait(event, old, deadline);
        if (status != CMRX_OK && status != CMRX_CHANGED)
            return __atomic_fetch_and(event, ~mask, __ATOMIC_ACQ_REL) & mask;
    }
}
