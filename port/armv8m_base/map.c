// map.c (armv8m_base) - the seam: what user code may touch from now on, and whether
// it might.
//
// There are no aliases: each region is chosen by RNR, and loaded by itself.

#include "../armv8m/regions.h"
#include "../armv6m/armv6m.h"

#include <processor.h>

// Where two regions overlap nobody may access, not even the kernel, so nothing is
// lent twice, or to its owner: as in port/armv8m/map.c.
void port_map(const struct port_region map[PORT_MAP],
              const struct port_stack *stack, port_cut cut,
              const struct port_region *caller,
              const struct port_region *origin)
{
    static const struct port_region off = { 0, 0 };
    const struct port_region slice = { stack->rbar, cut };
    bool is_home = caller == map + PORT_MAP;
    bool is_first = is_home || origin == caller + 1;

    MPU_CTRL = 0;
    for (unsigned i = 0; i < PORT_MAP; i++)
        region_load(REGION_MAP + i, &map[i]);
    region_load(REGION_STACK, &slice);
    region_load(REGION_CALLER, is_first ? &off : caller);
    region_load(REGION_ORIGIN, is_home ? &off : origin);
    MPU_CTRL = MPU_CTRL_ON;
    __asm__ volatile("dsb" ::: "memory");
}

#define READ_WRITE 1u // of RBAR.AP; every other shows no write
#define READ_ONLY  3u

bool map_allows(uint32_t address, bool write)
{
    for (unsigned region = 0; region < REGIONS; region++) {
        MPU_RNR = region;
        uint32_t rbar = MPU_RBAR, rlar = MPU_RLAR, permission = rbar >> 1 & 3;
        if ((rlar & RLAR_ON) != 0 && address >= (rbar & ~31u) &&
            address <= (rlar | 31u))
            return permission == READ_WRITE ||
                   (permission == READ_ONLY && !write);
    }
    return false;
}
