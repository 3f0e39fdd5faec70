// processor.h (armv6m) - what port.c and fault.c leave to the processor. The port
// for v8-M Baseline has another.

#ifndef PROCESSOR_H
#define PROCESSOR_H

#include "access.h"

#include <called.h>

#include <port.h>
#include <registers.h>

// One word each: there are 32 lines at most.
#define NVIC_ISER(line) REGISTER(0xe000e100u)
#define NVIC_ICER(line) REGISTER(0xe000e180u)
#define NVIC_ISPR(line) REGISTER(0xe000e200u)
#define NVIC_ICPR(line) REGISTER(0xe000e280u)
#define NVIC_BIT(line)  (1u << (line))

// An interrupted atomic sequence begins anew: rewind.c.
CALLED void rewind(const struct thread *t);

// May the thread that runs do that? protection.c.
bool map_allows(uint32_t address, bool write);

// What HardFault knows of the fault: `sp` where its frame would be, `how` the end
// of the exception, EXC_RETURN. No register tells what it was.
static inline void fault_see(struct port_fault *fault, uintptr_t sp,
                             uint32_t how)
{
    (void)sp;
    (void)how;
    fault->kind = CMRX_FAULT_NONE;
    fault->flags = CMRX_FAULT_HAS_FRAME;
}

// An instruction that moves the stack pointer to where it may not be.
static inline bool leaps(const struct cmrx_fault *fault, uint32_t code)
{
    (void)fault;
    (void)code;
    return false;
}

// Loads and stores of 32 bits: there are none.
static inline struct access access_of_wide(const struct cmrx_fault *fault,
                                           uint32_t code, uint32_t second)
{
    (void)fault;
    (void)code;
    (void)second;
    return (struct access){ .count = 0 };
}

#endif
