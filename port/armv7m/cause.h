// cause.h (armv7m) - faults that only v8-M has: none.

#ifndef CAUSE_H
#define CAUSE_H

#include "port.h"

// There is no limit of a stack.
static inline bool is_below_limit(uint32_t cause)
{
    (void)cause;
    return false;
}

static inline bool frame_is_cut_off(uint32_t cause)
{
    (void)cause;
    return false;
}

// There is one world.
static inline bool describe_foreign(struct port_fault *fault)
{
    (void)fault;
    return false;
}

#endif
