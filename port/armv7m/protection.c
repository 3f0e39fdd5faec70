// protection.c (armv7m) - the seam: what user code may touch (DDI 0403E B3.5).

#include "armv7m.h"
#include "kernel.h"
#include "registers.h"

#include <stddef.h>

// Without the eighths of the stack's region above the slice: B3.5.9, SRD.
ALONE port_cut port_stack_cut(const struct port_stack *s, uint32_t slice)
{
    return s->rasr | (0xff00u << ((slice + s->below) >> s->shift) & 0xff00u);
}

static unsigned regions(void)
{
    return MPU_TYPE >> 8 & 0xff;
}

static void region_load(const struct port_region *r)
{
    MPU_RBAR = r->rbar;
    MPU_RASR = r->rasr;
}

// Four regions by one instruction: RBAR and RASR have aliases behind them
// (B3.5.10). Off meanwhile: a new base with an old size is no region that could
// be (B3.5.8) and the kernel needs none. No barrier more is needed: the
// exception return synchronizes (A3.7.3).
void port_map(const struct port_region map[PORT_MAP],
              const struct port_stack *stack, port_cut cut,
              const struct port_region *caller,
              const struct port_region *origin)
{
    MPU_CTRL = 0;
    __asm__ volatile(
        "ldmia %[map], {r4-r11}\n\t"
        "stmia %[mpu], {r4-r11}\n\t"
        "ldr   r4, [%[stack]]\n\t"
        "mov   r5, %[cut]\n\t"
        "ldrd  r6, r7, [%[caller]]\n\t"
        "ldrd  r8, r9, [%[origin]]\n\t"
        "stmia %[mpu], {r4-r9}"
        :
        : [map] "r"(map), [mpu] "r"(&MPU_RBAR), [stack] "r"(stack),
          [cut] "r"(cut), [caller] "r"(caller), [origin] "r"(origin)
        : "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "memory");
    MPU_CTRL = MPU_CTRL_ON;
    __asm__ volatile("dsb" ::: "memory");
}

const char *protection_init(void)
{
    if (regions() < REGIONS)
        return "no memory protection unit with 8 regions";
    MPU_CTRL = 0;
    // All that there are: the highest decides, and a loader may have left some.
    for (unsigned i = 0; i < regions(); i++) {
        MPU_RNR = i;
        MPU_RASR = 0;
    }
    region_load(&public_map);
    MPU_CTRL = MPU_CTRL_ON;
    barrier();
    return NULL;
}

// The smallest region.
void selftest_show(uint32_t base)
{
    MPU_RNR = 1;
    MPU_RASR = 0;
    MPU_RBAR = base | 0x10u | 1u;
    MPU_RASR = 6u << 24 | 1u << 17 | 4u << 1 | 1u;
}
