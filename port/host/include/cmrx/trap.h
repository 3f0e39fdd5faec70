// trap.h (host) - how a program under test reaches what stands for the kernel.

#ifndef CMRX_TRAP_H
#define CMRX_TRAP_H

#include <cmrx/syscall.h>

#define CMRX_TRAP_BYTES 64u
#define CMRX_LENT_ABOVE CMRX_TRAP_BYTES

// In trap.c. Addresses are words: the test is linked below 4 GiB, and every
// thread's stack is static memory.
struct cmrx_reply cmrx_trap(uint32_t word, uint32_t a, uint32_t b, uint32_t c,
                            uint32_t d);

#define cmrx_trap_call            cmrx_trap
#define cmrx_trap_bare(word)      cmrx_trap(word, 0, 0, 0, 0)
#define cmrx_trap_two(word, a, b) cmrx_trap(word, a, b, 0, 0)

// Somewhere in the stack of this thread; a multiple of 4.
__attribute__((always_inline)) inline uint32_t cmrx_stack_pointer(void)
{
    return (uint32_t)(uintptr_t)__builtin_frame_address(0) & ~3u;
}

#endif
