// protection.c (armv6m) - the seam: what user code may touch (DDI 0419 B3.5).

#include "armv6m.h"
#include "kernel.h"

#include <processor.h>
#include <registers.h>
#include <stddef.h>

// Without the eighths of the stack's region above the slice: B3.5.9, SRD.
ALONE port_cut port_stack_cut(const struct port_stack *s, uint32_t slice)
{
    return s->rasr | (0xff00u << ((slice + s->below) >> s->shift) & 0xff00u);
}

static void region_load(const struct port_region *r)
{
    MPU_RBAR = r->rbar;
    MPU_RASR = r->rasr;
}

// Off meanwhile: a new base with an old size is no region that could be (B3.5.8)
// and the kernel needs none. No barrier more is needed: the exception return
// synchronizes (A3.8.3).
void port_map(const struct port_region map[PORT_MAP],
              const struct port_stack *stack, port_cut cut,
              const struct port_region *caller,
              const struct port_region *origin)
{
    MPU_CTRL = 0;
    for (unsigned i = 0; i < PORT_MAP; i++)
        region_load(&map[i]);
    MPU_RBAR = stack->rbar;
    MPU_RASR = cut;
    region_load(caller);
    region_load(origin);
    MPU_CTRL = MPU_CTRL_ON;
    __asm__ volatile("dsb" ::: "memory");
}

static unsigned regions(void)
{
    return MPU_TYPE >> 8 & 0xff;
}

// All that there are: the highest decides, and a loader may have left some.
const char *protection_init(void)
{
    if (regions() < REGIONS)
        return "no memory protection unit with 8 regions";
    MPU_CTRL = 0;
    for (unsigned i = 0; i < regions(); i++) {
        MPU_RNR = i;
        MPU_RASR = 0;
    }
    region_load(&public_map);
    MPU_CTRL = MPU_CTRL_ON;
    barrier();
    return NULL;
}

// The eighth of a region of 256 bytes, the smallest, where the probes are.
void selftest_show(uint32_t base)
{
    uint32_t hidden = 0xffu & ~(1u << (base >> 5 & 7));

    MPU_RNR = 1;
    MPU_RASR = 0;
    MPU_RBAR = (base & ~0xffu) | 0x10u | 1u;
    MPU_RASR = 6u << 24 | 1u << 17 | hidden << 8 | 7u << 1 | 1u;
}

// ---- What the hardware has: for fault.c

#define READ_WRITE 3u // of RASR.AP; every other shows no write
#define READ_ONLY  6u

// Does the region hold the address? Its bases are aligned to its size.
static bool region_holds(uint32_t rbar, uint32_t rasr, uint32_t address)
{
    uint32_t log2_of_eighth = (rasr >> 1 & 31) - 2;
    uint32_t eighth = (address - (rbar & ~0xffu)) >> log2_of_eighth;

    return (rasr & 1) != 0 && eighth < 8 && (rasr >> 8 >> eighth & 1) == 0;
}

// The region with the highest number decides.
bool map_allows(uint32_t address, bool write)
{
    for (unsigned region = REGIONS; region-- > 0;) {
        MPU_RNR = region;
        uint32_t rasr = MPU_RASR, permission = rasr >> 24 & 7;
        if (region_holds(MPU_RBAR, rasr, address))
            return permission == READ_WRITE ||
                   (permission == READ_ONLY && !write);
    }
    return false;
}
