// lent.c - where an object can lie that a callee may see, and nothing else.
//
// Protection cuts a stack only at multiples of its granule. The object goes
// directly below such a boundary; above it stays what the trap and the stub
// push (CMRX_LENT_ABOVE), which the callee must not see.

#include <cmrx/call.h>

#include <string.h>

uint32_t cmrx_stack_granule(void)
{
    return cmrx_trap_bare(CMRX_SYS_STACK_GRANULE).low;
}

// `memory` is size + CMRX_LENT_ABOVE + granule bytes: the highest boundary that
// leaves CMRX_LENT_ABOVE bytes is less than a granule below the last place that
// would, so `size` bytes below it are still inside.
void *cmrx_lent_place(void *memory, uint32_t size, uint32_t granule)
{
    char *end = (char *)memory + size + granule;
    char *boundary = end - ((uintptr_t)end & (granule - 1));

    return memset(boundary - size, 0, size);
}
