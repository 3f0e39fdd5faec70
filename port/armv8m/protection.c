// protection.c (armv8m) - the seam: what user code may touch (DDI 0553, Protected
// Memory System Architecture).

#include "kernel.h"
#include "regions.h"

const char *protection_init(void);
void selftest_show(uint32_t base);

ALONE port_cut port_stack_cut(const struct port_stack *s, uint32_t slice)
{
    return (s->rbar & ~31u) + slice - 32 + RLAR_ON;
}

#define REGIONS_USED (REGIONS + 8u * KERNEL_WIDE)

static unsigned regions(void)
{
    return MPU_TYPE >> 8 & 0xff;
}

// Were something Non-secure for the processor, a process could go there by BXNS, and
// would have the rights of that world. Non-secure, SAU_CTRL is 0.
const char *protection_init(void)
{
    static const struct port_region off = { 0, 0 };

    if (regions() < REGIONS)
        return "no memory protection unit with 8 regions";
    if (KERNEL_WIDE && regions() < REGIONS_USED)
        return "no 16 regions of protection; the board has to say "
               "\"mpu_regions\": 8";
    if (SAU_CTRL != 0)
        return "Secure, and not all memory is";
    MPU_CTRL = 0;
    MPU_MAIR0 = MAIR0_USED;
    for (unsigned i = 0; i < regions(); i++)
        region_load(i, &off);
    region_load(REGION_PUBLIC, &public_map);
    MPU_CTRL = MPU_CTRL_ON;
    barrier();
    return NULL;
}

// Attributes: registers.h. Of the idle process, which has no memory; in a wide
// system by the last of all, so that it is known to be there.
void selftest_show(uint32_t base)
{
    const struct port_region probes = {
        base | RBAR_READ_EXECUTE,
        base | RLAR_FLASH | RLAR_ON,
    };
    region_load(KERNEL_WIDE ? REGIONS_USED - 1 : REGION_MAP + 1, &probes);
    MPU_RNR = REGION_STACK; // as protection.inc wants it
}
