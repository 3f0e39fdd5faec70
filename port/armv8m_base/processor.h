// processor.h (armv8m_base) - what port.c and fault.c of armv6m leave to the
// processor: lines above 31, the limit of a stack
// (Armv8-M Architecture Reference Manual, DDI 0553).

#ifndef PROCESSOR_H
#define PROCESSOR_H

#include "access8.h"

#include <port.h>
#include <registers.h>

#define NVIC_ISER(line)    REGISTER(0xe000e100u + (line) / 32 * 4)
#define NVIC_ICER(line)    REGISTER(0xe000e180u + (line) / 32 * 4)
#define NVIC_ISPR(line)    REGISTER(0xe000e200u + (line) / 32 * 4)
#define NVIC_ICPR(line)    REGISTER(0xe000e280u + (line) / 32 * 4)
#define NVIC_BIT(line)     (1u << (line) % 32)

#define SHCSR              REGISTER(0xe000ed24u)
#define SHCSR_SVCALLPENDED (1u << 15)

// Nothing to begin anew: there are exclusive loads and stores.
static inline void rewind(const struct thread *t)
{
    (void)t;
}

// May the thread that runs do that? map.c.
bool map_allows(uint32_t address, bool write);

static inline uint32_t stack_limit(void)
{
    uint32_t limit;

    __asm__ volatile("mrs %0, psplim" : "=r"(limit));
    return limit;
}

#define FROM_THREAD 0xfffffffdu // in the state of the kernel

// What HardFault knows of the fault: `sp` where its frame would be, `how` the end
// of the exception, EXC_RETURN. A frame that would have been below the limit is
// none, and the stack pointer is the limit then. Who comes from the Non-secure state
// has gone there (BXNS), and could not do anything: the kernel is Secure, and so
// is all memory.
//
// A system call whose frame could not be written is pending still: forget it.
static inline void fault_see(struct port_fault *fault, uintptr_t sp,
                             uint32_t how)
{
    fault->kind = how == FROM_THREAD ? CMRX_FAULT_NONE : CMRX_FAULT_STATE;
    fault->flags =
        how == FROM_THREAD && sp != stack_limit() ? CMRX_FAULT_HAS_FRAME : 0;
    SHCSR &= ~SHCSR_SVCALLPENDED;
}

// An instruction that moves the stack pointer below its limit.
static inline bool leaps(const struct cmrx_fault *fault, uint32_t code)
{
    return stack_after(fault, code) < stack_limit();
}

#endif
