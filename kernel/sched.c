// sched.c - who runs: the most urgent thread that is ready, and among equals
// the one that was ready first, for a slice of time.
//
// Every thread that is ready stands in ready[its priority], the running one
// too, always first there. `levels` has a bit for each list that is not empty;
// idle never waits, so it is never 0.

#include "internal.h"

#define SLICE_US 5000u

struct thread *running;

static struct queue ready[PRIORITIES];
static uint32_t levels;
static bool changed; // what `running` may touch, or its registers

// Whose slice is being counted, and when it ends. Only where equals are ready.
static struct thread *slice_of;
static uint64_t slice_end;

void sched_ready(struct thread *t)
{
    t->state = CMRX_THREAD_READY;
    queue_push(&ready[t->priority], t);
    levels |= 1u << t->priority;
}

void sched_unready(struct thread *t)
{
    KERNEL_ASSERT(FILE_SCHED, t->state == CMRX_THREAD_READY);
    queue_remove(&ready[t->priority], t);
    if (ready[t->priority].first == NULL)
        levels &= ~(1u << t->priority);
    if (slice_of == t)
        slice_of = NULL;
}

void sched_rotate(struct thread *t)
{
    if (ready[t->priority].first == t)
        ready[t->priority].first = t->next;
    if (slice_of == t)
        slice_of = NULL;
}

void sched_changed(void)
{
    changed = true;
}

// Also of somebody who is preempted: the alarm for the end of his slice would
// come again and again until he runs.
void sched_slice_check(uint64_t now)
{
    if (slice_of != NULL && now >= slice_end)
        sched_rotate(slice_of);
}

uint64_t sched_slice_end(void)
{
    return slice_of != NULL ? slice_end : UINT64_MAX;
}

// A slice is counted across preemption. Somebody who was preempted in his
// slice, and whose count is needed for another level now, has had his turn.
static void slice_begin(struct thread *t)
{
    if (slice_of != NULL)
        sched_rotate(slice_of);
    slice_of = t;
    slice_end = time_now() + SLICE_US;
    time_alarm_update();
}

// What is lent stays lent when the lender has ended meanwhile: its death must
// not become a fault of the server that works on the buffer. At home a thread
// borrows from itself: it may touch that anyway.
void sched_map(const struct thread *t)
{
    const struct process *origin = t->image->home, *caller = origin;

    if (t->depth > 0)
        caller = t->image->calls[t->depth - 1].caller;
    port_map(t->inside->image->map, &t->image->window, t->cut,
             &caller->image->lent[0], &origin->image->lent[1]);
}

port_resume sched_leave(void)
{
    struct thread *next = ready[31 - __builtin_clz(levels)].first;

    KERNEL_ASSERT(FILE_SCHED, levels != 0 && next != NULL);
    if (next->next != next && slice_of != next)
        slice_begin(next);
    if (next == running && !changed)
        return PORT_AS_IT_CAME;
    running = next;
    changed = false;
    sched_map(next);
    return port_resume_context(&next->context);
}

unsigned sched_check(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < PRIORITIES && KERNEL_CHECKED; i++) {
        const struct thread *first = ready[i].first;
        KERNEL_ASSERT(FILE_SCHED, (levels >> i & 1) == (first != NULL));
        KERNEL_ASSERT(FILE_SCHED, first == NULL || first->priority == i);
        n += check_queue(&ready[i], CMRX_THREAD_READY, NULL);
    }
    KERNEL_ASSERT(FILE_SCHED,
                  running == ready[31 - __builtin_clz(levels)].first &&
                      !changed);
    KERNEL_ASSERT(FILE_SCHED, slice_of == NULL ||
                                  ready[slice_of->priority].first == slice_of);
    return n;
}
