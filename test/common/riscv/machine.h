// machine.h (riscv) - what a test on the target cannot say in C.

#ifndef MACHINE_H
#define MACHINE_H

#include <stdint.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

// An instruction that does not exist.
ALWAYS_INLINE void machine_undefined(void)
{
    __asm__ volatile("unimp");
}

// There are no such states as on v8-M.
ALWAYS_INLINE void machine_leave(void)
{
    machine_undefined();
}

ALWAYS_INLINE void machine_breakpoint(void)
{
    __asm__ volatile("ebreak" : : : "a0");
}

ALWAYS_INLINE const volatile uint32_t *machine_stack(void)
{
    const volatile uint32_t *sp;

    __asm__ volatile("mv %0, sp" : "=r"(sp));
    return sp;
}

// RAM begins there, with the kernel's: board/virt_rv32.
#define MACHINE_KERNEL       0x80400000u

// Where nothing answers.
#define MACHINE_REFUSED_KIND CMRX_FAULT_ACCESS

// What tool/plugin/bench.c knows.
#define MACHINE_MARK_BEGIN   ".option push\n.option norvc\nmv t6, t6\n.option pop"
#define MACHINE_MARK_END     ".option push\n.option norvc\nmv t5, t5\n.option pop"

// For the kernel only, and of no use: the threshold of the interrupt controller.
#define MACHINE_SECRET       0x0c200000u
#define MACHINE_SECRET_KIND  CMRX_FAULT_ACCESS

#define MACHINE_RETURN       0x8082u // C.JR ra
#define MACHINE_TRAP_BYTES   4       // of ECALL
// Calls that are over in time: run.c. Each has a third more instructions than on Arm.
#define MACHINE_FLOOD        1500

#endif
