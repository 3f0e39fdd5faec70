// fault.c (armv8m) - what the processor says of a fault (DDI 0553 D1.2, CFSR).

#include "armm.h"
#include "registers8.h"

// A bit of CFSR and what it means; the first that is set decides, so what says
// most comes first. Stacking (bits 4, 12) and unstacking (3, 11) fail because
// of the stack pointer; the kernel tells overflow from nonsense.
static const struct {
    uint8_t bit, kind;
} causes[] = {
    { 20, CMRX_FAULT_STACK },   { 4, CMRX_FAULT_POINTER },
    { 3, CMRX_FAULT_POINTER },  { 12, CMRX_FAULT_POINTER },
    { 11, CMRX_FAULT_POINTER }, { 1, CMRX_FAULT_ACCESS },
    { 0, CMRX_FAULT_EXECUTE },  { 9, CMRX_FAULT_BUS },
    { 10, CMRX_FAULT_BUS },     { 8, CMRX_FAULT_EXECUTE },
    { 25, CMRX_FAULT_DIVIDE },  { 24, CMRX_FAULT_ALIGNMENT },
    { 19, CMRX_FAULT_FLOAT },   { 18, CMRX_FAULT_STATE },
    { 17, CMRX_FAULT_STATE },   { 16, CMRX_FAULT_INSTRUCTION },
};

#define CFSR_MMARVALID      (1u << 7)
#define CFSR_STKOF          (1u << 20)

#define EXCEPTION_MEMMANAGE 4u
// Instead of an address. 0xfffffffe: it is not known.
#define TOLD_STACK          0xffffffffu
#define TOLD_EXECUTE        0xfffffffdu
#define CFSR_BFARVALID      (1u << 15)
#define CFSR_STACKING       (1u << 3 | 1u << 4 | 1u << 11 | 1u << 12)

static enum cmrx_fault_kind kind_of(uint32_t cause)
{
    for (unsigned i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if (cause >> causes[i].bit & 1)
            return (enum cmrx_fault_kind)causes[i].kind;
    return CMRX_FAULT_BREAKPOINT; // HardFault with no other reason: BKPT
}

// An instruction that would have moved the stack pointer below its limit has not
// moved it, and the frame is there. When the frame itself would have been below,
// it is not, and the stack pointer is the limit.
static bool frame_is_cut_off(uint32_t cause)
{
    uint32_t sp, limit;

    __asm__ volatile("mrs %0, psp\n\tmrs %1, psplim" : "=r"(sp), "=r"(limit));
    return (cause & CFSR_STKOF) != 0 && sp == limit;
}

// The kernel is Secure, and so is all memory: the process has left the Secure state
// (BXNS), and could not do anything there. The frame is on a stack that there is
// not, what lies at the thread's stack pointer is old.
static void describe_secure(struct port_fault *fault)
{
    fault->kind = CMRX_FAULT_STATE;
    fault->cause = SFSR;
    SFSR = SFSR; // write 1 to clear
}

// Memory of the Secure world was touched: its handler has pended this fault and told
// where, as nothing else does that leaves CFSR empty (board/mps2_an505_ns/secure.S).
static bool is_told(uint32_t cause)
{
    uint32_t exception;

    __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
    return cause == 0 && exception == EXCEPTION_MEMMANAGE;
}

static void describe_told(struct port_fault *fault)
{
    uint32_t told = MMFAR;

    if (told == TOLD_STACK)
        fault->kind = CMRX_FAULT_POINTER;
    else if (told == TOLD_EXECUTE)
        fault->kind = CMRX_FAULT_EXECUTE;
    else
        fault->kind = CMRX_FAULT_ACCESS;
    if (told != TOLD_STACK)
        fault->flags = CMRX_FAULT_HAS_FRAME;
    if (told < TOLD_EXECUTE) {
        fault->flags |= CMRX_FAULT_HAS_ADDRESS;
        fault->address = told;
    }
}

static void describe(struct port_fault *fault, uint32_t cause)
{
    fault->kind = (uint8_t)kind_of(cause);
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

    if (SFSR != 0)
        describe_secure(&fault);
    else if (is_told(CFSR))
        describe_told(&fault);
    else
        describe(&fault, CFSR);
    forget_pended();
    return kernel_fault(&fault);
}
