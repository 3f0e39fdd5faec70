// caller.c - what a method may know of who called it.

#include <cmrx/call.h>

static bool caller_may(const void *address, uint32_t size, uint32_t write)
{
    return cmrx_trap(CMRX_SYS_CALLER_MAY, (uint32_t)(uintptr_t)address, size,
                     write, 0)
               .status == CMRX_OK;
}

bool cmrx_caller_may_read(const void *address, uint32_t size)
{
    return caller_may(address, size, 0);
}

bool cmrx_caller_may_write(const void *address, uint32_t size)
{
    return caller_may(address, size, 1);
}

int32_t cmrx_caller(void)
{
    struct cmrx_reply reply = cmrx_trap_bare(CMRX_SYS_CALLER);
    return reply.status == CMRX_OK ? (int32_t)reply.low : -1;
}

bool cmrx_caller_has_ended(void)
{
    struct cmrx_reply reply = cmrx_trap_bare(CMRX_SYS_CALLER);
    return reply.status == CMRX_OK && reply.high != 0;
}
