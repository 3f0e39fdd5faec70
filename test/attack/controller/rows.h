// rows.h - how rows are written.

#ifndef ROWS_H
#define ROWS_H

#include "controller.h"

// The stack pointer is wrong; by how much depends on where things lie.
#define ANY_KIND         0xffu
#define CMRX_FAULT_ANY   ANY_KIND
#define POINTER_OR_STACK 0xfeu
#define CMRX_FAULT_SP    POINTER_OR_STACK

#define TO_FAULT(kind_, at_)                                                   \
    .required = FAULTS, .kind = CMRX_FAULT_##kind_, .at = at_
#define TO_RETURN(value_) .required = RETURNS, .value = (uint32_t)(value_)
#define ADDRESS(address)  .a = AT_ADDRESS, .offset = (int32_t)(address)
#define PLACE_OF(name)    .a = AT_##name
#define END_OF(name)      .a = AT_##name##_END

#endif
