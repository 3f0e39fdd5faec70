// selftest.c (armm) - prove at boot that protection really traps.
//
// Small probes run without privilege, under the map and on the stack of the
// idle process, which is the last of every system. One that is allowed must
// come through; each kind of violation must not, and must change nothing.

#include "armm.h"
#include "internal.h"
#include "registers.h"

uint32_t selftest_run(uint32_t pc, uint32_t argument, uint32_t *frame);
void selftest_load(void);
void selftest_store(void);
void selftest_jump(void);
extern const uint32_t selftest_probes[], selftest_vectors[];

#define CAME_THROUGH 11u // ended by its own SVC

static void map_probes(struct thread *idle)
{
    idle->inside = idle->image->home;
    idle->cut = port_stack_cut(&idle->image->window, idle->image->stack.size);
    sched_map(idle);
    selftest_show((uint32_t)selftest_probes);
    barrier();
}

static const struct region *stack(void)
{
    return &thread_images[thread_count - 1].stack;
}

static bool traps(void (*probe)(void), uint32_t argument)
{
    uint32_t *frame =
        (uint32_t *)(stack()->base + stack()->size - PORT_FRAME_BYTES);

    return selftest_run((uint32_t)probe & ~1u, argument, frame) != CAME_THROUGH;
}

#define SECRET 0x5ec2e7u

static const char *probe_all(void)
{
    volatile uint32_t secret = SECRET; // on the stack of the kernel
    uint32_t own = (uint32_t)selftest_probes, low = (uint32_t)stack()->base;

    if (traps(selftest_load, own) || traps(selftest_store, low))
        return "protection stops what is allowed";
    if (!traps(selftest_load, (uint32_t)&secret) ||
        !traps(selftest_load, (uint32_t)&processes[0]))
        return "reading is not stopped";
    if (!traps(selftest_store, (uint32_t)&secret) || secret != SECRET ||
        !traps(selftest_store, own) || !traps(selftest_store, low - 4))
        return "writing is not stopped";
    if (!traps(selftest_jump, low | 1u) ||
        !traps(selftest_jump, (uint32_t)selftest_refusal | 1u))
        return "executing is not stopped";
    return NULL;
}

const char *selftest_refusal(void)
{
    uint32_t own = VTOR;

    map_probes(&threads[thread_count - 1]);
    VTOR = (uint32_t)selftest_vectors;
    barrier();
    const char *why = VTOR == (uint32_t)selftest_vectors
                          ? probe_all()
                          : "the vectors cannot be moved";
    VTOR = own;
    barrier();
    return why;
}
