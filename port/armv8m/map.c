// map.c (armv8m) - the seam: what user code may touch from now on.

#include "regions.h"

// Where two regions overlap nobody may access, not even the kernel, so
// nothing is lent twice, or to its owner: at home a thread borrows nothing, and in
// a call from there only as the origin's. No process is twice in a chain of calls:
// the layout refuses that. RNR is REGION_STACK.
static void lent_map(const struct port_region map[PORT_MAP],
                     const struct port_region *caller,
                     const struct port_region *origin)
{
    bool is_home = caller == map + PORT_MAP;
    bool is_first = is_home || origin == caller + 1;

    MPU_RBAR_OF(1) = caller->rbar;
    MPU_RLAR_OF(1) = is_first ? 0 : caller->rlar;
    MPU_RBAR_OF(2) = origin->rbar;
    MPU_RLAR_OF(2) = is_home ? 0 : origin->rlar;
}

// Of a wide system, in which there are eight more, in two groups.
static inline void group_load(const struct port_region *four, unsigned number)
{
    __asm__ volatile(
        "mov   r3, %[number]\n\t"
        "ldmia %[four], {r4-r11}\n\t"
        "stmia %[mpu], {r3-r11}"
        :
        : [four] "r"(four), [number] "r"(number), [mpu] "r"(&MPU_RNR)
        : "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "memory");
}

// MPU_CTRL, RNR and four regions lie side by side: off, REGION_MAP, and these. Off,
// because old and new regions may overlap, and the kernel needs none. No barrier
// more is needed: the exception return synchronizes. It leaves MPU_RNR as
// protection.inc wants it.
void port_map(const struct port_region map[PORT_MAP],
              const struct port_stack *stack, port_cut cut,
              const struct port_region *caller,
              const struct port_region *origin)
{
    _Static_assert(REGION_MAP == 0, "the 0 in r3");
    __asm__ volatile("movs  r2, #0\n\t"
                     "movs  r3, #0\n\t"
                     "ldmia %[map], {r4-r11}\n\t"
                     "stmia %[mpu], {r2-r11}"
                     :
                     : [map] "r"(map), [mpu] "r"(&MPU_CTRL)
                     : "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10",
                       "r11", "cc", "memory");
    for (unsigned i = 4; i < PORT_MAP; i += 4)
        group_load(map + i, REGION_MORE - 4 + i);
    MPU_RNR = REGION_STACK;
    MPU_RBAR = stack->rbar;
    MPU_RLAR = cut;
    lent_map(map, caller, origin);
    MPU_CTRL = MPU_CTRL_ON;
    __asm__ volatile("dsb" ::: "memory");
}
