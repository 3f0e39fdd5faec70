// processor.h (armv8m_base) - how a method does what no processor but this one says so.

#ifndef PROCESSOR_OF_BASE_H
#define PROCESSOR_OF_BASE_H

#define probe_divide probe_divide_unchecked
#include "../armv6m/processor.h"
#undef probe_divide

// Division by zero has a result here. Who looks ends as the compiler's library does.
static inline uint32_t probe_divide(uint32_t a, uint32_t b)
{
    if (b == 0)
        __asm__ volatile("udf #0xd0");
    return probe_divide_unchecked(a, b);
}

// A word of the kernel's that makes an interrupt come.
#define PROBE_REGISTER  0xe000e200u // NVIC_ISPR

// A call by the short way leaves so much less of a stack alone than by the other.
#define PROBE_FINER_CUT 0u

#endif
