// semihosting.h (armm) - how a board that is QEMU ends.
//
// Only for the kernel: unprivileged code that tries it faults.

#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include "armm.h"

#include <stddef.h>
#include <stdint.h>

static inline void semihosting(uint32_t operation, const void *block)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
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
