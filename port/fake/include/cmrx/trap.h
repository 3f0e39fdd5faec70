// trap.h (fake) - how a program under test would reach the kernel.
//
// The test of a library or a program defines cmrx_trap() and answers as it
// likes.

#ifndef CMRX_TRAP_H
#define CMRX_TRAP_H

#include <cmrx/syscall.h>

#define CMRX_TRAP_BYTES 64u
#define CMRX_LENT_ABOVE CMRX_TRAP_BYTES

struct cmrx_reply cmrx_trap(uint32_t word, uint32_t a, uint32_t b, uint32_t c,
                            uint32_t d);

#define cmrx_trap_call       cmrx_trap
#define cmrx_trap_bare(word) cmrx_trap(word, 0, 0, 0, 0)

void cmrx_trap_until(uint64_t deadline); // before the next trap

#define cmrx_trap_call_until(word, a, b, c, d, deadline)                       \
    (cmrx_trap_until(deadline), cmrx_trap(word, a, b, c, d))

// Somewhere in the stack of this thread; a multiple of 4.
__attribute__((always_inline)) inline uint32_t cmrx_stack_pointer(void)
{
    return (uint32_t)(uintptr_t)__builtin_frame_address(0) & ~3u;
}

#endif
