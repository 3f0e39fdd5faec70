// port_types.h (riscv32)

#ifndef PORT_TYPES_H
#define PORT_TYPES_H

#include <stdint.h>

// All of a thread, in kernel memory. entry.S knows the order: x[n] is x(n + 1).
struct port_frame {
    uint32_t pc;
    uint32_t x[31];
};

struct port_context {
    struct port_frame frame;
};

// From where all registers are loaded; NULL: those of who trapped.
typedef struct port_context *port_resume;
#define PORT_AS_IT_CAME 0

// An entry of the protection unit (PMP).
struct port_region {
    uint32_t address; // pmpaddr
    uint32_t config;  // its byte, where pmpcfg has it
};

struct port_stack {
    uint32_t whole, end; // what all of it is, for the tools: pmp.py
    uint32_t shift; // CUT_SHIFT: by top of range; otherwise an eighth of it
                    // is 1 << shift bytes
    uint32_t low;   // where it begins, as pmpaddr has it: bytes / 4
};

typedef uint32_t port_cut; // where the slice ends, bytes / 4

#define PORT_MAP           4
#define PORT_FRAME_BYTES   0u
#define PORT_CONTEXT_BYTES 128u // entry.inc, too
#define PORT_CALL_BYTES    16u  // alignment

#endif
