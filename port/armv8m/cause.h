// cause.h (armv8m) - faults that v7-M does not have (DDI 0553 D1.2, CFSR, SFSR).

#ifndef CAUSE_H
#define CAUSE_H

#include "armm.h"
#include "registers8.h"

#define CFSR_STKOF          (1u << 20)
#define EXCEPTION_MEMMANAGE 4u
// Instead of an address. 0xfffffffe: it is not known.
#define TOLD_STACK          0xffffffffu
#define TOLD_EXECUTE        0xfffffffdu

// UsageFault of a stack pointer below its limit, which says more than all others.
static inline bool is_below_limit(uint32_t cause)
{
    return (cause & CFSR_STKOF) != 0;
}

// An instruction that would have moved the stack pointer below its limit has not
// moved it, and the frame is there. When the frame itself would have been below,
// it is not, and the stack pointer is the limit.
static inline bool frame_is_cut_off(uint32_t cause)
{
    uint32_t sp, limit;

    __asm__ volatile("mrs %0, psp\n\tmrs %1, psplim" : "=r"(sp), "=r"(limit));
    return is_below_limit(cause) && sp == limit;
}

// The kernel is Secure, and so is all memory: the process has left the Secure state
// (BXNS), and could not do anything there. The frame is on a stack that there is
// not, what lies at the thread's stack pointer is old.
static inline void describe_secure(struct port_fault *fault)
{
    fault->kind = CMRX_FAULT_STATE;
    fault->cause = SFSR;
    SFSR = SFSR; // write 1 to clear
}

// Memory of the Secure world was touched: its handler has pended this fault and told
// where, as nothing else does that leaves CFSR empty (board/mps2_an505_ns/secure.S).
static inline bool is_told(uint32_t cause)
{
    uint32_t exception;

    __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
    return cause == 0 && exception == EXCEPTION_MEMMANAGE;
}

static inline void describe_told(struct port_fault *fault)
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

// One of another world, of which CFSR says nothing: is it?
static inline bool describe_foreign(struct port_fault *fault)
{
    if (SFSR != 0)
        describe_secure(fault);
    else if (is_told(CFSR))
        describe_told(fault);
    else
        return false;
    return true;
}

#endif
