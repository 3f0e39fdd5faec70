// wait.c - waiting and waking on words.

#include <cmrx/trap.h>
#include <cmrx/wait.h>

enum cmrx_status cmrx_wait(const volatile uint32_t *word, uint32_t while_equal,
                           uint64_t deadline)
{
    return (enum cmrx_status)cmrx_trap(CMRX_SYS_WAIT, (uint32_t)(uintptr_t)word,
                                       while_equal, (uint32_t)deadline,
                                       (uint32_t)(deadline >> 32))
        .status;
}

int32_t cmrx_wake(const volatile uint32_t *word, uint32_t count)
{
    struct cmrx_reply reply =
        cmrx_trap_two(CMRX_SYS_WAKE, (uint32_t)(uintptr_t)word, count);
    return reply.status < 0 ? reply.status : (int32_t)reply.low;
}
