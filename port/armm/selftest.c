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

#define CAME_THROUGH 11u // ended by its own SVC

static void map_probes(const struct thread_image *idle)
{
    const struct process_image *image = &process_images[process_count - 1];

    port_map(image->map, &idle->window,
             port_stack_cut(&idle->window, idle->stack.size), &image->lent[0],
             &image->lent[1]);
    selftest_show((uint32_t)selftest_probes);
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
