// port_types.h (armv7m)

#ifndef PORT_TYPES_H
#define PORT_TYPES_H

#include <stdint.h>

// entry.S knows these offsets.
struct port_context {
    uint32_t r4[8]; // r4-r11
    uint32_t sp;    // PSP; r0-r3, r12, lr, pc, psr lie there
};

struct port_region {
    uint32_t rbar; // with VALID and the number of the region
    uint32_t rasr;
};

struct port_stack {
    uint32_t rbar;    // VALID, region 5
    uint32_t rasr;    // all eighths of the region that are the stack's; the
                      // call disables those at and above the cut
    uint32_t granule; // bytes of an eighth: a power of two
};

#define PORT_MAP         4
#define PORT_FRAME_BYTES 32u
#define PORT_CALL_BYTES  40u // a frame, the fourth argument, alignment

#endif
