// map.c (armv8m_base) - the seam: what user code may touch from now on, and whether
// it might.
//
// There are no aliases: each region is chosen by RNR, and loaded by itself.

#include "../armv8m/regions.h"
#include "../armv6m/armv6m.h"

#include <processor.h>

#define CALLER 3u          // as in processor.inc
#define LAST   MPU_CTRL_ON // of the map: its number turns protection on there

// RNR, RBAR and RLAR lie side by side, so a region is one STM. `rnr` is where RNR is,
// and stays there.
static inline void region_store(volatile uint32_t **rnr, uint32_t number,
                                uint32_t rbar, uint32_t rlar)
{
    register uint32_t r1 __asm__("r1") = number, r2 __asm__("r2") = rbar,
                         r3 __asm__("r3") = rlar;

    __asm__ volatile("stmia %[to]!, {r1-r3}\n\t"
                     "sub   %[to], #12"
                     : [to] "+l"(*rnr)
                     : "r"(r1), "r"(r2), "r"(r3)
                     : "cc", "memory");
}

// The four of a process: two by one LDM. `from` is changed.
static inline void four_store(volatile uint32_t **rnr,
                              const struct port_region *from)
{
    __asm__ volatile("ldmia %[from]!, {r2-r5}\n\t"
                     "movs  r1, #0\n\t"
                     "stmia %[to]!, {r1-r3}\n\t"
                     "sub   %[to], #12\n\t"
                     "movs  r1, #1\n\t"
                     "stmia %[to]!, {r1, r4, r5}\n\t"
                     "sub   %[to], #12\n\t"
                     "ldmia %[from]!, {r2-r5}\n\t"
                     "movs  r1, #2\n\t"
                     "stmia %[to]!, {r1-r3}\n\t"
                     "sub   %[to], #12\n\t"
                     "movs  r1, %[last]\n\t"
                     "stmia %[to]!, {r1, r4, r5}\n\t"
                     "sub   %[to], #12"
                     : [from] "+l"(from), [to] "+l"(*rnr)
                     : [last] "I"(LAST)
                     : "r1", "r2", "r3", "r4", "r5", "cc", "memory");
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
    volatile uint32_t *rnr = &MPU_RNR;

    _Static_assert(REGION_MAP == 0, "as in four_store()");
    MPU_CTRL = 0;
    region_store(&rnr, REGION_STACK, stack->rbar, cut);
    region_store(&rnr, CALLER, caller->rbar, is_first ? 0 : caller->rlar);
    region_store(&rnr, REGION_ORIGIN, origin->rbar, is_home ? 0 : origin->rlar);
    four_store(&rnr, map);
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
