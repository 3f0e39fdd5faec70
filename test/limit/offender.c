// offender.c - see limit.h.

#include "limit.h"

#include "machine.h"

#define STACK 256u

// Comes back when nobody stops it.
#define WITH_STACK(there, what)                                                \
    __asm__ volatile("mov r1, sp\n\tmov sp, %0\n\t" what "\n\tmov sp, r1"      \
                     :                                                         \
                     : "r"(there)                                              \
                     : "r1", "r2", "r3", "r12", "memory")

// The layout puts what is larger below what is smaller: the memory below the stack.
static volatile uint32_t memory[STACK / 4 + 16];

CMRX_THREAD(lowest, .stack = STACK, .bound = STACK, .priority = 14,
            .dormant = 1)
{
    uintptr_t end = (((uintptr_t)machine_stack() + 31) & ~31u) - STACK;

    if (argument == LOOK)
        (void)*(const volatile uint32_t *)(end - 4);
    else if (argument == TRAP)
        WITH_STACK(end + 24, "svc #0");
    else if (argument == UNDEFINED)
        WITH_STACK(end + 24, "udf #0");
    else
        WITH_STACK(end, "push {r3}\n\tpop {r3}");
}

static int32_t begin(CMRX_SELF, uint32_t what)
{
    memory[0] = what;
    return cmrx_thread_start(CMRX_THREAD_ID(lowest), what);
}

CMRX_PROVIDE(struct offender, offender, .begin = begin);
