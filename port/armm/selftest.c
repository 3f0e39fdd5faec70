// selftest.c (armm) - prove at boot that protection really traps.
//
// Small probes run without privilege, under the map and on the stack of the
// idle process, which is the last of every system. One that is allowed must
// come through; each kind of violation must not, and must change nothing.

#include "armm.h"
#include "kernel.h"
#include "registers.h"

uint32_t selftest_run(uint32_t pc, uint32_t argument, uint32_t *frame);
void selftest_load(void);
void selftest_store(void);
void selftest_jump(void);
extern const uint32_t selftest_probes[], selftest_vectors[];

#define CAME_THROUGH        11u // ended by its own SVC

// The eighth of a region of 256 bytes, the smallest of v6-M, where the probes
// are: all other eighths are off.
#define PROBES_HIDDEN(base) (0xffu & ~(1u << ((base) >> 5 & 7)))

// Read-only and executable: 32 bytes at the probes, as region 1.
static void map_probes(const struct thread_image *idle)
{
    const struct process_image *image = &process_images[process_count - 1];
    uint32_t base = (uint32_t)selftest_probes;

    port_map(image->map, &idle->window, idle->stack.size, &port_nothing_lent[0],
             &port_nothing_lent[1]);
    MPU_RNR = 1;
    MPU_RASR = 0;
    MPU_RBAR = (base & ~0xffu) | 0x10u | 1u;
    MPU_RASR = 6u << 24 | 1u << 17 | PROBES_HIDDEN(base) << 8 | 7u << 1 | 1u;
    barrier();
}

static const struct thread_image *idle;

static bool traps(void (*probe)(void), uint32_t argument)
{
    uint32_t *frame =
        (uint32_t *)(idle->stack.base + idle->stack.size - PORT_FRAME_BYTES);

    return selftest_run((uint32_t)probe & ~1u, argument, frame) != CAME_THROUGH;
}

static const char *probe_all(void)
{
    static uint32_t secret;
    uint32_t own = (uint32_t)selftest_probes,
             stack = (uint32_t)idle->stack.base;

    secret = 0x5ec2e7;
    if (traps(selftest_load, own) || traps(selftest_store, stack))
        return "refused to start: protection stops what is allowed";
    if (!traps(selftest_load, (uint32_t)&secret) ||
        !traps(selftest_load, (uint32_t)&processes[0]))
        return "refused to start: reading is not stopped";
    if (!traps(selftest_store, (uint32_t)&secret) || secret != 0x5ec2e7 ||
        !traps(selftest_store, own) || !traps(selftest_store, stack - 4))
        return "refused to start: writing is not stopped";
    if (!traps(selftest_jump, stack | 1u) ||
        !traps(selftest_jump, (uint32_t)selftest_refusal | 1u))
        return "refused to start: executing is not stopped";
    return NULL;
}

const char *selftest_refusal(void)
{
    uint32_t own = VTOR;

    idle = &thread_images[thread_count - 1];
    map_probes(idle);
    VTOR = (uint32_t)selftest_vectors;
    barrier();
    const char *why = VTOR == (uint32_t)selftest_vectors
                          ? probe_all()
                          : "refused to start: the vectors cannot be moved";
    VTOR = own;
    barrier();
    return why;
}
