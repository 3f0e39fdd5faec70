// armv8m.h - what the files of the port offer each other.

#ifndef ARMV8M_H
#define ARMV8M_H

#include "armm.h"

#include <cmrx/fault.h>

// One priority for every entry to the kernel, so that none interrupts another.
// Faults are above it. Two bits are implemented everywhere.
#define PRIORITY_KERNEL 0x80u
#define PRIORITY_FAULT  0x00u

#define REGIONS         8u // that it needs
#define VECTORS_SYSTEM  16u

// Regions, in groups of four because four can be written at once. The first
// group is struct process_image.map; call.S knows the second.
enum {
    REGION_MAP = 0,    // code, memory, two windows
    REGION_STACK = 4,  // up to the cut
    REGION_CALLER = 5, // what the caller lends
    REGION_ORIGIN = 6, // what the origin of the chain of calls lends
    REGION_PUBLIC = 7, // public constants
};

#endif
