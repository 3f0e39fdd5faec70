// thread.c - the threads of a process.

#include <cmrx/thread.h>
#include <cmrx/trap.h>

enum cmrx_status cmrx_thread_start(uint32_t id, uintptr_t argument)
{
    return (enum cmrx_status)cmrx_trap(CMRX_SYS_THREAD_START, id,
                                       (uint32_t)argument, 0, 0)
        .status;
}

_Noreturn void cmrx_thread_exit(uint32_t result)
{
    for (;;)
        cmrx_trap(CMRX_SYS_THREAD_EXIT, result, 0, 0, 0);
}

enum cmrx_status cmrx_thread_join(uint32_t id, uint32_t *result,
                                  uint64_t deadline)
{
    struct cmrx_reply reply =
        cmrx_trap(CMRX_SYS_THREAD_JOIN, id, 0, (uint32_t)deadline,
                  (uint32_t)(deadline >> 32));

    if (reply.status == CMRX_OK && result != NULL)
        *result = reply.low;
    return (enum cmrx_status)reply.status;
}

void cmrx_thread_yield(void)
{
    cmrx_trap_bare(CMRX_SYS_YIELD);
}

enum cmrx_status cmrx_thread_priority(uint32_t priority)
{
    return (enum cmrx_status)cmrx_trap(CMRX_SYS_THREAD_PRIORITY, priority, 0, 0,
                                       0)
        .status;
}
