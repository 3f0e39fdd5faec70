// port_types.h (riscv32)

#ifndef PORT_TYPES_H
#define PORT_TYPES_H

#include <stdint.h>

// All of a thread, in kernel memory. Assembly knows the order: by number, and the pc
// in place of x0.
struct port_frame {
    uint32_t x[32];
};

struct port_context {
    struct port_frame frame;
};

// The context that all registers are loaded from, or-ed with MAPPED when its map
// is loaded already. 0: those of who trapped.
typedef uintptr_t port_resume;
#define PORT_AS_IT_CAME 0u
#define MAPPED          1u // entry.inc, too

// An entry of the protection unit (PMP).
struct port_region {
    uint32_t address; // pmpaddr
    uint32_t config; // its byte, where pmpcfg has it; in the first of a map are
                     // the bytes of all four
};

struct port_stack {
    uint32_t whole, end; // what all of it is, for the tools: pmp.py
    uint32_t shift; // CUT_SHIFT: laid out for top of range, anything else would
                    // not do; otherwise an eighth of it is 1 << shift bytes
    uint32_t low;   // where it begins, as pmpaddr has it: bytes / 4
};

typedef uint32_t port_cut; // where the slice ends, bytes / 4

#define PORT_MAP            4
#define PORT_PANIC_WATCHDOG 0u
#define PORT_FRAME_BYTES    0u
#define PORT_CONTEXT_BYTES  128u // entry.inc, too
#define PORT_CALL_BYTES     16u  // alignment

#endif
