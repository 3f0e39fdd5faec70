// region.h - a piece of the address space.
//
// Pure arithmetic: no port, no kernel state; tested on the host.

#ifndef KERNEL_REGION_H
#define KERNEL_REGION_H

#include <stdbool.h>
#include <stdint.h>

struct region {
    uintptr_t base;
    uintptr_t size; // bytes; base + size does not wrap
};

// Does all of [address, address + size) lie in r?
static inline bool region_covers(const struct region *r, uintptr_t address,
                                 uintptr_t size)
{
    // Subtract, never add: both come from user code and may wrap.
    uintptr_t offset = address - r->base;
    return offset < r->size && size <= r->size - offset;
}

#endif
