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

// The stack pointer is not moved below its limit (PSPLIM). Where it is exactly that,
// nothing says whether there is a frame.
#undef PROBE_END_HAS_FRAME
#undef PROBE_LEAP_HAS_FRAME
#define PROBE_END_HAS_FRAME  false
#define PROBE_LEAP_HAS_FRAME true

// No register has one, and which instruction it was is not known.
#undef PROBE_LEAVE_HAS_CAUSE
#define PROBE_LEAVE_HAS_CAUSE false

#endif
