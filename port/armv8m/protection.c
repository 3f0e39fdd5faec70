// protection.c (armv8m) - the seam: what user code may touch (DDI 0553, Protected
// Memory System Architecture).

#include "kernel.h"
#include "registers8.h"

const char *protection_init(void);
void selftest_show(uint32_t base);

// Regions, in groups of four because four can be written at once. The first
// group is struct process_image.map; call.S knows the second.
enum {
    REGION_MAP = 0,    // code, memory, two windows
    REGION_STACK = 4,  // up to the cut
    REGION_CALLER = 5, // what the caller lends
    REGION_ORIGIN = 6, // what the origin of the chain of calls lends
    REGION_PUBLIC = 7, // public constants
};

port_cut port_stack_cut(const struct port_stack *s, uint32_t slice)
{
    return (s->rbar & ~31u) + slice - 32 + RLAR_ON;
}

static void region_load(unsigned number, const struct port_region *r)
{
    MPU_RNR = number;
    MPU_RBAR = r->rbar;
    MPU_RLAR = r->rlar;
}

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

// MPU_CTRL, RNR and four regions lie side by side: off, REGION_MAP, and these. Off,
// because old and new regions may overlap, and the kernel needs none. No barrier
// more is needed: the exception return synchronizes. It leaves MPU_RNR as call.S
// wants it.
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
    MPU_RNR = REGION_STACK;
    MPU_RBAR = stack->rbar;
    MPU_RLAR = cut;
    lent_map(map, caller, origin);
    MPU_CTRL = MPU_CTRL_ON;
    __asm__ volatile("dsb" ::: "memory");
}

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
        return "refused to start: no memory protection unit with 8 regions";
    if (SAU_CTRL != 0)
        return "refused to start: Secure, and not all memory is";
    MPU_CTRL = 0;
    MPU_MAIR0 = MAIR0_USED;
    for (unsigned i = 0; i < regions(); i++)
        region_load(i, &off);
    region_load(REGION_PUBLIC, &public_map);
    MPU_CTRL = MPU_CTRL_ON;
    barrier();
    return NULL;
}

// Attributes: registers.h. Of the idle process, which has no memory.
void selftest_show(uint32_t base)
{
    const struct port_region probes = {
        base | RBAR_READ_EXECUTE,
        base | RLAR_FLASH | RLAR_ON,
    };
    region_load(REGION_MAP + 1, &probes);
    MPU_RNR = REGION_STACK; // as call.S wants it
}
