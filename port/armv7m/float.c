// float.c (armv7m) - floating point, for the processes that declare it: design
// record 0017. Kernels of systems without such have none of this.
//
// F1 While the registers can be used (CPACR), they are those of the running thread
//    in the process it is in, and VTOR is float_vectors.
// F2 Every way into the kernel from there (float_off) takes both back first. So no
//    other code knows of them, or has to.
// F3 An area belongs to one thread. What is in it is of its .process at its
//    .generation, and is in the registers instead while it is `owner`.
// F4 The processor never puts them on a stack by itself: no lazy save is pending.

#include "float.h"
#include "armv7m.h"
#include "internal.h"
#include "registers.h"

#define CPACR_FLOAT (0xfu << 20) // CP10, CP11: everybody
// ASPEN, LSPEN; and LSPACT: a save that is pending, of a loader's registers to where
// he has had his stack, would be done by the next who uses them (DDI 0403E B3.2.21). On
// v8-M a program of the Secure state could ask for one (VLSTM).
#define FPCCR_AUTO  (1u << 31 | 1u << 30 | 1u)
#define CFSR_NOCP   (1u << 19)

CALLED port_resume float_fault(void);
void float_keep(uint32_t *words);
void float_take(const uint32_t *words);
extern const uint32_t float_vectors[];

#define AT_FPSCR 32u

_Static_assert(sizeof(struct float_area) == 4 * FLOAT_WORDS + 8,
               "float_area() in kernelram.py");

static struct float_area *owner; // NULL: nobody has used the registers yet

// Of the thread where it is now: the callers that use them have those before.
static struct float_area *area_of(const struct thread *t)
{
    unsigned n = float_first[thread_index(t)];

    for (unsigned i = 0; i < t->depth; i++)
        n += float_users[process_index(t->image->calls[i].caller)];
    return &float_areas[n];
}

static bool area_is_of(const struct float_area *a, const struct process *p)
{
    return a->process == p && a->generation == p->generation;
}

static void area_begin(struct float_area *a, const struct process *p)
{
    for (unsigned i = 0; i < FLOAT_WORDS; i++)
        a->words[i] = 0;
    a->words[AT_FPSCR] = FPSCR_FIRST;
    a->process = p;
    a->generation = p->generation;
}

// Into the registers come those that are the thread's there, or zeros. While they can
// be used the kernel has no loop: on v8.1-M somebody else's FPSCR is in force for it,
// and LE is a fault by that (LTPSIZE).
static void area_own(struct float_area *a, const struct process *p)
{
    struct float_area *before = a != owner ? owner : NULL;
    bool is_there = a == owner && area_is_of(a, p);

    if (!area_is_of(a, p))
        area_begin(a, p);
    owner = a;
    CPACR = CPACR_FLOAT;
    barrier(); // before the registers are used (B3.2.20)
    if (before != NULL)
        float_keep(before->words);
    if (!is_there)
        float_take(a->words);
}

void float_forget(const struct thread *t)
{
    const uint16_t *first = &float_first[thread_index(t)];

    for (unsigned i = first[0]; i < first[1]; i++)
        float_areas[i].process = NULL;
}

// UsageFault while they could not be used. As any other fault it may have been for
// another reason, and then fault.c knows.
port_resume float_fault(void)
{
    const struct process *p = running->inside;

    if (CFSR != CFSR_NOCP || !float_users[process_index(p)])
        return fault_enter();
    CFSR = CFSR_NOCP;
    area_own(area_of(running), p);
    VTOR = (uint32_t)float_vectors;
    barrier(); // before the next exception, which may be pending
    return PORT_AS_IT_CAME;
}

const char *float_refusal(void)
{
    CPACR = CPACR_FLOAT;
    bool is_there = (CPACR & CPACR_FLOAT) == CPACR_FLOAT;
    CPACR = 0;
    FPCCR &= ~FPCCR_AUTO;
    barrier();
    return is_there ? unit_refusal() : "no floating point unit";
}
