// control.c - what a supervisor, or a shell, may ask of the kernel.
//
// The kernel writes to no memory of a caller for these, but for the fault
// record: answers come in registers and are unpacked here.

#include <cmrx/control.h>
#include <cmrx/trap.h>

enum { STOP, RESTART };    // PROCESS_CONTROL, second argument
enum { LOOK, LOOK_STACK }; // THREAD_STATUS, second argument
enum { RESET, HALT };      // SYSTEM_END, first argument

static enum cmrx_status process_control(uint32_t id, uint32_t what)
{
    return (enum cmrx_status)cmrx_trap(CMRX_SYS_PROCESS_CONTROL, id, what, 0, 0)
        .status;
}

enum cmrx_status cmrx_process_restart(uint32_t id)
{
    return process_control(id, RESTART);
}

enum cmrx_status cmrx_process_stop(uint32_t id)
{
    return process_control(id, STOP);
}

enum cmrx_status cmrx_process_status(uint32_t id,
                                     struct cmrx_process_status *status)
{
    struct cmrx_reply reply = cmrx_trap(CMRX_SYS_PROCESS_STATUS, id, 0, 0, 0);

    status->state = reply.low & 0xffffu;
    status->generation = reply.low >> 16;
    status->faults = reply.high;
    return (enum cmrx_status)reply.status;
}

// Bytes at the low end of the stack of thread `id` that were never written. The
// kernel counts a few at a time, so that no call takes long.
static uint32_t stack_untouched(uint32_t id, uint32_t size)
{
    uint32_t untouched = 0;

    for (uint32_t offset = 0; offset < size;) {
        struct cmrx_reply seen =
            cmrx_trap(CMRX_SYS_THREAD_STATUS, id, LOOK_STACK, offset, 0);

        if (seen.status != CMRX_OK)
            break;
        untouched += seen.low;
        offset += seen.high;
        if (seen.low < seen.high || seen.high == 0)
            break;
    }
    return untouched;
}

enum cmrx_status cmrx_thread_status(uint32_t id,
                                    struct cmrx_thread_status *status)
{
    struct cmrx_reply reply = cmrx_trap(CMRX_SYS_THREAD_STATUS, id, LOOK, 0, 0);

    status->state = reply.low & 0xffu;
    status->priority = reply.low >> 8 & 0xffu;
    status->process = reply.low >> 16 & 0xffu;
    status->depth = reply.low >> 24;
    status->stack_size = reply.high;
    status->stack_used = 0;
    if (reply.status == CMRX_OK)
        status->stack_used = reply.high - stack_untouched(id, reply.high);
    return (enum cmrx_status)reply.status;
}

enum cmrx_status cmrx_fault_read(struct cmrx_fault *fault)
{
    return (enum cmrx_status)cmrx_trap(CMRX_SYS_FAULT_READ,
                                       (uint32_t)(uintptr_t)fault, 0, 0, 0)
        .status;
}

enum cmrx_status cmrx_system_reset(void)
{
    return (enum cmrx_status)cmrx_trap(CMRX_SYS_SYSTEM_END, RESET, 0, 0, 0)
        .status;
}

enum cmrx_status cmrx_system_halt(uint32_t result)
{
    return (enum cmrx_status)cmrx_trap(CMRX_SYS_SYSTEM_END, HALT, result, 0, 0)
        .status;
}
