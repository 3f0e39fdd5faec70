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

#endif
