// regions.h (armv8m) - the regions, and one of them.

#ifndef REGIONS_H
#define REGIONS_H

#include "port.h"
#include "registers8.h"

// Regions, in groups of four because four can be written at once. The first
// group is struct process_image.map; protection.inc knows the second.
enum {
    REGION_MAP = 0,    // code, memory, two windows
    REGION_STACK = 4,  // up to the cut
    REGION_CALLER = 5, // what the caller lends
    REGION_ORIGIN = 6, // what the origin of the chain of calls lends
    REGION_PUBLIC = 7, // public constants
    REGION_MORE = 8,   // in a wide system: eight windows, two groups
};

static inline void region_load(unsigned number, const struct port_region *r)
{
    MPU_RNR = number;
    MPU_RBAR = r->rbar;
    MPU_RLAR = r->rlar;
}

#endif
