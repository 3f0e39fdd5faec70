// map.c (armv8m_base) - the seam: what user code may touch from now on, and whether
// it might.
//
// There are no aliases: each region is chosen by RNR, and loaded by itself.

#include "../armv8m/regions.h"
#include "../armv6m/armv6m.h"

#include <processor.h>

// RNR, RBAR and RLAR lie side by side, so a region is one STM. `rnr` is where RNR is.
static inline void region_store(volatile uint32_t *rnr, uint32_t number,
                                uint32_t rbar, uint32_t rlar)
{
    register uint32_t r1 __asm__("r1") = number, r2 __asm__("r2") = rbar,
                         r3 __asm__("r3") = rlar;

    __asm__ volatile("stmia %[to]!, {r1-r3}"
                     : [to] "+l"(rnr)
                     : "r"(r1), "r"(r2), "r"(r3)
                     : "memory");
}

// Where two regions overlap nobody may access, not even the kernel, so nothing is
// lent twice, or to its owner: as in port/armv8m/map.c.
void port_map(const struct port_region map[PORT_MAP],
              const struct port_stack *stack, port_cut cut,
              const struct port_region *caller,
              const struct port_region *origin)
{
    bool is_home = caller == map + PORT_MAP;
    bool is_first = is_home || origin == caller + 1;

    MPU_CTRL = 0;
    region_store(&MPU_RNR, REGION_MAP, map[0].rbar, map[0].rlar);
    region_store(&MPU_RNR, REGION_MAP + 1, map[1].rbar, map[1].rlar);
    region_store(&MPU_RNR, REGION_MAP + 2, map[2].rbar, map[2].rlar);
    region_store(&MPU_RNR, REGION_MAP + 3, map[3].rbar, map[3].rlar);
    region_store(&MPU_RNR, REGION_STACK, stack->rbar, cut);
    region_store(&MPU_RNR, REGION_CALLER, caller->rbar,
                 is_first ? 0 : caller->rlar);
    region_store(&MPU_RNR, REGION_ORIGIN, origin->rbar,
                 is_home ? 0 : origin->rlar);
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
