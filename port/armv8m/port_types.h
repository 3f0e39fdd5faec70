// port_types.h (armv8m)

#ifndef PORT_TYPES_H
#define PORT_TYPES_H

#include <line.h>
#include <stdint.h>

// entry.S knows these offsets.
struct port_context {
    uint32_t r4[8]; // r4-r11
    uint32_t sp;    // PSP; r0-r3, r12, lr, pc, psr lie there
};

// What the processor pushes.
struct port_frame {
    uint32_t r[4], r12, lr, pc, psr;
};

// Where r4-r11 lie, and the stack pointer << 32; or a thread that goes on; or 0:
// as it came; or port_line(). In registers these are r0 and r1.
typedef uint64_t port_resume;
#define PORT_AS_IT_CAME 0u

// Its number is its place: see armv8m.h.
struct port_region {
    uint32_t rbar;
    uint32_t rlar; // 0: off
};

struct port_stack {
    uint32_t rbar;
    uint32_t rlar;  // of all of it
    uint32_t shift; // 5: it can be cut at every 32 bytes
    uint32_t below; // 0
};

typedef uint32_t port_cut; // RLAR

#define PORT_MAP            (4 + 8 * KERNEL_WIDE)
#define PORT_FRAME_BYTES    32u
#define PORT_PANIC_WATCHDOG 0x10002u // entry_wrong of exception 2, NMI
#define PORT_CONTEXT_BYTES  36u      // entry.inc, too
#define PORT_CALL_BYTES     40u      // a frame, the fourth argument, alignment

#endif
