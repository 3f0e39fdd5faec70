// offender.c - see late.h.

#include "late.h"

#define NOTHING "0x5f000000" // of the board

static void nothing(CMRX_SELF)
{
}

static void trap(CMRX_SELF)
{
    __asm__ volatile("mov r12, #" NOTHING "\n\tsvc #0" ::
                         : "r0", "r1", "r2", "r3", "r12", "memory");
}

static void spin(CMRX_SELF)
{
    __asm__ volatile("mov r12, #" NOTHING "\n1:\tb 1b" ::: "r12");
}

static void fault(CMRX_SELF)
{
    __asm__ volatile("mov r12, #" NOTHING "\n\tudf #0" ::: "r12");
}

CMRX_PROVIDE(struct offender, offender, .nothing = nothing, .trap = trap,
             .spin = spin, .fault = fault);
