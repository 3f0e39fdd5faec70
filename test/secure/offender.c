// offender.c - see secure.h.

#include "secure.h"

#define TOUCHES "mov r12, %0\n\tadr.w r3, 1f\n\tb 1f\n\t.balign 4\n1:\t"
#define DOES(how)                                                              \
    __asm__ volatile(TOUCHES how : : "r"(address) : "r0", "r3", "r12", "memory")

static void nothing(CMRX_SELF)
{
}

static void load(CMRX_SELF, uint32_t address)
{
    DOES("ldr r0, [r12]");
}

static void store(CMRX_SELF, uint32_t address)
{
    DOES("str r12, [r12]");
}

static void jump(CMRX_SELF, uint32_t address)
{
    DOES("bx r12");
}

static void trap(CMRX_SELF, uint32_t address)
{
    DOES("mov sp, r12\n\tsvc #0\n\tb .");
}

static void load_on(CMRX_SELF, uint32_t address)
{
    DOES("mov sp, r12\n\tldr r0, [r12]");
}

static void undefined(CMRX_SELF, uint32_t address)
{
    DOES("mov sp, r12\n\tudf #0");
}

static void spin(CMRX_SELF, uint32_t address)
{
    DOES("mov sp, r12\n\tb .");
}

CMRX_PROVIDE(struct offender, offender, .nothing = nothing, .load = load,
             .store = store, .jump = jump, .trap = trap, .load_on = load_on,
             .undefined = undefined, .spin = spin);
CMRX_STACK_BOUND(jump, 16);
