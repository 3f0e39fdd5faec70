// call.c - calls from one process into another, and the monitor of a process.
//
// The calling thread itself enters the callee: it keeps its priority and its
// stack, cut below what the caller has there. Nothing is copied.
//
//     caller                 kernel                       callee
//     trap              ->   check, cut, push, map   ->   method(self, ...)
//     status, result    <-   pop, map                <-   return gate
//
// The way back is in thread_image.calls, in kernel memory; the caller's frame
// and registers are above the cut, where nobody but the kernel can write while
// the call lasts. A thread that is inside a process but waits for its monitor
// has everything done but is not ready.

#include "internal.h"

// What protection can cut at, at or below all that must stay hidden.
uintptr_t call_cut(const struct thread *t, uintptr_t sp)
{
    return port_call_floor(sp) & ~(uintptr_t)(t->image->window.granule - 1);
}

static const struct service *service_of(const struct call *c)
{
    return c->caller->image->imports[c->import];
}

// ---- The monitor: at most one thread in those services of a process that are
// not re-entrant, and in those of its own threads that say so.

bool monitor_wanted(const struct thread *t)
{
    return t->depth > 0 ? !service_of(&t->image->calls[t->depth - 1])->reentrant
                        : t->image->monitor;
}

// Take t into the monitor where it is, if it has to be and can be.
static bool monitor_take(struct thread *t)
{
    if (!monitor_wanted(t))
        return true;
    if (t->inside->owner != NULL)
        return false;
    t->inside->owner = t;
    return true;
}

static void monitor_queue(struct thread *t)
{
    t->state = CMRX_THREAD_QUEUED;
    queue_insert(&t->inside->gate, t);
}

void monitor_enter(struct thread *t)
{
    if (monitor_take(t))
        sched_ready(t);
    else
        monitor_queue(t);
}

void monitor_leave(struct thread *t)
{
    struct process *p = t->inside;
    struct thread *next = p->gate.first;

    if (p->owner != t || !monitor_wanted(t))
        return;
    p->owner = next;
    if (next == NULL)
        return;
    queue_remove(&p->gate, next);
    sched_ready(next);
}

// ---- What a callee has of the stack

// From where the stack is the callee's, as the build has worked it out for the
// service. syscall.c, room_check: it does not lie below the stack's begin.
static uintptr_t callee_low(const struct service *service, uintptr_t sp)
{
    return sp - ((service->stack_need + PORT_CALL_BYTES + 7) & ~7u);
}

// What the callee has left on the stack is nobody's business, neither the
// caller's nor that of the next callee. An honest method has used no more than
// its need; one that has used more has only itself to blame. What was lent lies
// above and stays.
static void scrub(const struct thread *t, const struct call *c)
{
    uintptr_t sp = t->top - c->lent, low = callee_low(service_of(c), sp);

    memory_zero(low, sp - low);
}

// ---- Entering and leaving

static void entry_of(struct port_entry *e, const struct thread *t,
                     const struct service *service, unsigned method,
                     uintptr_t sp)
{
    e->pc = service->methods[method];
    e->gate = service->process->image->return_gate;
    e->sp = sp;
    e->arg[0] = service->self;
    for (unsigned i = 0; i < 4; i++)
        e->arg[i + 1] = port_argument(&t->context, i);
}

// Commit: syscall.c has checked everything.
void call_enter(struct thread *t, const struct service *service,
                unsigned import, unsigned method, uintptr_t cut)
{
    struct call *c = &t->image->calls[t->depth];
    struct port_entry e;

    KERNEL_ASSERT(FILE_CALL, t->depth < t->image->depth);
    *c = (struct call){
        .caller = t->inside,
        .sp = port_sp(&t->context),
        .generation = t->inside->generation,
        .lent = (uint16_t)port_lent(&t->context),
        .import = (uint8_t)import,
    };
    entry_of(&e, t, service, method, cut - c->lent);
    port_call_push(&t->context, &e);
    t->depth++;
    t->inside = service->process;
    t->top = cut;
    if (callee_low(service, e.sp) < t->deepest)
        t->deepest = callee_low(service, e.sp);
    sched_remap();
    if (!monitor_take(t)) {
        sched_unready(t);
        monitor_queue(t);
    }
}

// Back to where the innermost call came from.
static void pop(struct thread *t)
{
    const struct call *c = &t->image->calls[--t->depth];
    const struct region *stack = &t->image->stack;

    scrub(t, c);
    port_call_pop(&t->context, c->sp);
    t->inside = c->caller;
    t->top = t->depth > 0 ? call_cut(t, t->image->calls[t->depth - 1].sp)
                          : stack->base + stack->size;
    sched_remap();
}

// Has the process that the thread is in now ended since the thread got there?
static bool is_orphan(const struct thread *t, uint16_t generation)
{
    return t->inside->state != CMRX_PROCESS_RUNNING ||
           t->inside->generation != generation;
}

// Where the thread was in the process it is in now, before its last pop.
static uint16_t generation_left(const struct thread *t)
{
    return t->image->calls[t->depth].generation;
}

// The thread is in no queue and its innermost process has ended: take it to the
// nearest caller that is alive, or end it.
void call_unwind(struct thread *t)
{
    do {
        if (t->depth == 0) {
            thread_end(t, 0);
            return;
        }
        pop(t); // it holds no monitor there: an ended process has no owner
    } while (is_orphan(t, generation_left(t)));
    // The caller knows; do not tell it again at its next call.
    t->inside->image->seen[t->image->calls[t->depth].import] = 0;
    port_reply(&t->context, 0, 0, CMRX_DEAD);
    sched_ready(t);
}

void call_return(struct thread *t, uint32_t low, uint32_t high)
{
    monitor_leave(t);
    pop(t);
    if (!is_orphan(t, generation_left(t))) {
        port_reply(&t->context, low, high, CMRX_OK);
        return;
    }
    sched_unready(t);
    call_unwind(t);
}

// May whoever made the innermost call touch these bytes, and has it lent them?
bool call_may(const struct thread *t, uintptr_t address, uint32_t size,
              bool write)
{
    const struct call *c = &t->image->calls[t->depth - 1];
    const struct region lent = { t->top - c->lent, c->lent };

    return size > 0 &&
           (region_covers(&c->caller->image->shared, address, size) ||
            region_covers(&t->image->home->image->shared, address, size) ||
            region_covers(&lent, address, size) ||
            (!write && region_covers(&public_constants, address, size)));
}
