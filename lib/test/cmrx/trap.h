// trap.h (tests of lib) - a kernel that is a function of the test.

#ifndef CMRX_TRAP_H
#define CMRX_TRAP_H

#include <cmrx/syscall.h>

#define CMRX_LENT_ABOVE 96u

struct cmrx_reply cmrx_trap(uint32_t word, uint32_t a, uint32_t b, uint32_t c,
                            uint32_t d);

#define cmrx_trap_call            cmrx_trap
#define cmrx_trap_bare(word)      cmrx_trap(word, 0, 0, 0, 0)
#define cmrx_trap_two(word, a, b) cmrx_trap(word, a, b, 0, 0)

void cmrx_trap_until(uint64_t deadline); // before the next trap

#define cmrx_trap_call_until(word, a, b, c, d, deadline)                       \
    (cmrx_trap_until(deadline), cmrx_trap(word, a, b, c, d))

uint32_t cmrx_stack_pointer(
    void); // a multiple of 4, another one in each thread

#endif
