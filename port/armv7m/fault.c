// fault.c (armv7m) - what the processor says of a fault (DDI 0403E B3.2.15).

#include "armv7m.h"

#include <cause.h>
#include <registers.h>

// A bit of CFSR and what it means; the first that is set decides, so what says
// most comes first. Stacking (bits 4, 12) and unstacking (3, 11) fail because
// of the stack pointer; the kernel tells overflow from nonsense.
static const struct {
    uint8_t bit, kind;
} causes[] = {
    { 4, CMRX_FAULT_POINTER },      { 3, CMRX_FAULT_POINTER },
    { 12, CMRX_FAULT_POINTER },     { 11, CMRX_FAULT_POINTER },
    { 1, CMRX_FAULT_ACCESS },       { 0, CMRX_FAULT_EXECUTE },
    { 9, CMRX_FAULT_BUS },          { 10, CMRX_FAULT_BUS },
    { 8, CMRX_FAULT_EXECUTE },      { 25, CMRX_FAULT_DIVIDE },
    { 24, CMRX_FAULT_ALIGNMENT },   { 19, CMRX_FAULT_FLOAT },
    { 18, CMRX_FAULT_STATE },       { 17, CMRX_FAULT_STATE },
    { 16, CMRX_FAULT_INSTRUCTION },
};

#define CFSR_MMARVALID (1u << 7)
#define CFSR_BFARVALID (1u << 15)
#define CFSR_STACKING  (1u << 3 | 1u << 4 | 1u << 11 | 1u << 12)

static enum cmrx_fault_kind kind_of(uint32_t cause)
{
    for (unsigned i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if (cause >> causes[i].bit & 1)
            return (enum cmrx_fault_kind)causes[i].kind;
    return CMRX_FAULT_BREAKPOINT; // HardFault with no other reason: BKPT
}

static void describe(struct port_fault *fault, uint32_t cause)
{
    fault->kind =
        is_below_limit(cause) ? CMRX_FAULT_STACK : (uint8_t)kind_of(cause);
    fault->cause = cause;
    if ((cause & CFSR_STACKING) == 0 && !frame_is_cut_off(cause))
        fault->flags = CMRX_FAULT_HAS_FRAME;
    if (cause & CFSR_MMARVALID) {
        fault->address = MMFAR;
        fault->flags |= CMRX_FAULT_HAS_ADDRESS;
    } else if (cause & CFSR_BFARVALID) {
        fault->address = BFAR;
        fault->flags |= CMRX_FAULT_HAS_ADDRESS;
    }
}

// The thread that did it will not run on from here. A system call whose frame
// could not be written is pending still: it must not be taken for one of the
// next thread's. So with faults of lower rank. None stays active: only an EXC_RETURN
// that is wrong would leave one so, and the kernel has but one; a frame that is wrong
// is found out behind that (DDI 0553, ExceptionReturn).
static void forget_pended(void)
{
    CFSR = CFSR; // write 1 to clear
    SHCSR &= ~SHCSR_PENDED;
    barrier();
}

// Whether the store was refused is of no interest. In a fault, a bus fault that is
// told late is pending still: nobody has done that.
void port_quiesce(uintptr_t address, uint32_t value)
{
    quiesce_store(address, value);
    CFSR = CFSR_BUS;
    SHCSR &= ~SHCSR_BUS_PENDED;
    barrier();
}

port_resume fault_enter(void)
{
    struct port_fault fault = { 0 };

    if (!describe_foreign(&fault))
        describe(&fault, CFSR);
    forget_pended();
    return kernel_fault(&fault);
}
