// semihosting.h (virt_rv32) - how a RISC-V board that is QEMU ends.
//
// Only for the kernel: unprivileged code that tries it faults.

#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include "riscv32.h"

#include <stddef.h>
#include <stdint.h>

// The three instructions are the sign (RISC-V Semihosting 0.4); none is short,
// and they must not lie on two pages.
static inline void semihosting(uint32_t operation, const void *block)
{
    register uint32_t a0 __asm__("a0") = operation;
    register const void *a1 __asm__("a1") = block;
    __asm__ volatile(".option push\n\t"
                     ".option norvc\n\t"
                     ".balign 16\n\t"
                     "slli zero, zero, 0x1f\n\t"
                     "ebreak\n\t"
                     "srai zero, zero, 7\n\t"
                     ".option pop"
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
}

static inline _Noreturn void semihosting_exit(uint32_t result, const char *why)
{
    const uint32_t block[2] = { 0x20026u, result }; // ApplicationExit, code

    if (why != NULL) {
        semihosting(4, "\n"); // SYS_WRITE0
        if (result == HALT_REFUSED)
            semihosting(4, "refused to start: ");
        semihosting(4, why);
        semihosting(4, "\n");
    }
    semihosting(0x20, block); // SYS_EXIT_EXTENDED
    for (;;)
        continue;
}

#endif
