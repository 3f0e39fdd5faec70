// machine.h (arm) - what a test on the target cannot say in C.

#ifndef MACHINE_H
#define MACHINE_H

#include <stdint.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

// An instruction that does not exist.
ALWAYS_INLINE void machine_undefined(void)
{
    __asm__ volatile("udf #0");
}

// Out of the Secure state, to where nothing is; where there are no states, or this is
// not the Secure one, an instruction that does not exist.
#if defined(__ARM_ARCH_8M_BASE__) || defined(__ARM_ARCH_8M_MAIN__)
ALWAYS_INLINE void machine_leave(void)
{
    __asm__ volatile("bxns %0" : : "r"(0));
}
#else
ALWAYS_INLINE void machine_leave(void)
{
    machine_undefined();
}
#endif

// Semihosting, to an emulator or a debugger.
ALWAYS_INLINE void machine_breakpoint(void)
{
    __asm__ volatile("bkpt #0xab" : : : "r0");
}

ALWAYS_INLINE const volatile uint32_t *machine_stack(void)
{
    const volatile uint32_t *sp;

    __asm__ volatile("mov %0, sp" : "=r"(sp));
    return sp;
}

// RAM begins there, with the kernel's.
#define MACHINE_KERNEL       0x20000000u

// Where nothing answers.
#define MACHINE_REFUSED_KIND CMRX_FAULT_BUS

// What tool/plugin/bench.c knows.
#define MACHINE_MARK_BEGIN   "mov r12, r12"
#define MACHINE_MARK_END     "mov r11, r11"

// For the kernel only, and of no use: the number of the processor. It refuses
// whoever has no privilege.
#define MACHINE_SECRET       0xe000ed00u
#define MACHINE_SECRET_KIND  CMRX_FAULT_BUS

#define MACHINE_RETURN       0x4770u // BX LR
#define MACHINE_TRAP_BYTES   2       // of SVC
#define MACHINE_FLOOD        2000    // calls that are over in time: run.c

#endif
