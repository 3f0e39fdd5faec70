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

#define IGNORED(id, what, deed, address)                                       \
    {                                                                          \
        id, what, deed, ADDRESS(address), .ways = EVERYWAY, TO_RETURN(0)       \
    }

// Numbers as in privilege.S.
#define SAMPLE(id, what, number, kind)                                         \
    {                                                                          \
        id, what, DEED_SAMPLE, ADDRESS(number), .ways = EVERYWAY,              \
                                                TO_FAULT(kind, ANYWHERE)       \
    }

// The frame of an interrupted thread, changed by another of its process. Whatever
// it is, it is a fault of theirs, and the next system call of others works.
#define TAMPER(what, below, value)                                             \
    {                                                                          \
        "B2", "frame with " what, DEED_TAMPER, AT_OWN_MEMORY_END, HOME,        \
            TO_FAULT(ANY, ANYWHERE), .b = below, .c = value                    \
    }

// At an edge of what the attacker may touch, by any instruction.
#define EDGE(what, deed, where, from, kind)                                    \
    {                                                                          \
        "A5", what, deed, AT_##where, BOTH, TO_FAULT(ACCESS, kind),            \
            .offset = from, .b = 0x5a5a5a5a                                    \
    }

#endif
