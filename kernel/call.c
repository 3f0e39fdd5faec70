// call.c - calls from one process into another, and the way back.
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

// What is left of the stack below a cut at or below all that must stay hidden.
// Less than nothing where the cut would lie below the stack.
uint32_t call_slice(const struct thread *t, uintptr_t sp)
{
    uint32_t shift = t->image->window.shift;

    return (uint32_t)((port_call_floor(sp) >> shift << shift) - t->low);
}

// ---- Doors

// Whoever has called the process gets in no more. `why`: when it has ended, also while
// it was dirty, he is told so at the next call.
void call_doors_close(const struct process_image *image,
                      const struct service *why)
{
    for (unsigned i = 0; i < image->entrance_count; i++)
        if (image->entrances[i]->to != &door_new &&
            image->entrances[i]->to != &door_stale)
            image->entrances[i]->to = why;
}

// ---- Entering and leaving

// Another thread is in the monitor. t is in there but for that, and parked.
port_resume kernel_call_later(struct thread *t)
{
    sched_unready(t);
    monitor_queue(t, false);
    return syscall_leave();
}

static port_resume enter_later(struct thread *t, port_resume in)
{
    port_park(&t->context, in);
    return kernel_call_later(t);
}

// Commit: syscall.c has checked everything.
port_resume call_enter(struct thread *t, const struct service *service,
                       unsigned method, uint32_t slice, uintptr_t mark)
{
    uintptr_t top = t->low + slice - port_lent(&t->context);

    KERNEL_ASSERT(FILE_CALL, t->depth < t->image->depth);
    t->image->calls[t->depth] = (struct call){
        .sp = port_sp(&t->context) | mark,
        .top = top,
        .caller = t->inside,
        .service = service,
        .slice = t->slice,
        .cut = t->cut,
    };
    t->depth++;
    t->inside = service->process;
    t->slice = slice;
    t->cut = port_stack_cut(&t->image->window, slice);
    port_resume in =
        port_call_push(&t->context, top, service->methods[method],
                       service->process->image->return_gate, service->self);
    if (!monitor_take(t, !service->reentrant))
        return enter_later(t, in);
    sched_map(t);
    return in;
}

// Back to where that call came from: the innermost, or one past which nobody is alive
// (they have nothing left on the stack). What the callee has left on the
// stack is nobody's business, neither the caller's nor that of the next callee.
// An honest method has used no more than its room; one that has used more has
// only itself to blame. What was lent lies above and stays. The mark is for
// those who ask how much of a stack was ever used. `rest`: so much of it, from the
// top, is not cleared yet.
static void pop_to(struct thread *t, const struct call *to, uint32_t rest)
{
    const struct call *c = innermost(t);
    uintptr_t low = c->top - c->service->room;

    port_zero(c->top - rest, rest);
    *(uint32_t *)low = STACK_USED;
    t->depth = (uint8_t)(to - t->image->calls);
    t->inside = to->caller;
    t->slice = to->slice;
    t->cut = to->cut;
}

// Which call the thread came back from by its last pop.
ALONE static const struct call *popped(const struct thread *t)
{
    return &t->image->calls[t->depth];
}

// After the last pop: a thread with registers.
static port_resume popped_resume(struct thread *t)
{
    return port_call_pop(&t->context, call_sp(popped(t)));
}

static bool is_orphan(const struct thread *t)
{
    return (popped(t)->sp & CALLER_ENDED) != 0;
}

// After a pop: is it still?
static void hurried_mend(struct thread *t)
{
    if (!t->hurried)
        return;
    t->hurried = false;
    for (unsigned i = 0; i < t->depth; i++)
        t->hurried |= call_is_hurried(&t->image->calls[i]);
}

COLD bool call_is_cancelled(const struct thread *t)
{
    bool is_cancelled = false;

    for (unsigned i = 0; i < t->depth; i++)
        is_cancelled |= (t->image->calls[i].sp & CALLER_ENDED) != 0;
    return is_cancelled;
}

// The caller learns now that the callee has ended: not again at its next call.
void call_forget(const struct thread *t)
{
    const struct call *c = popped(t);
    const struct process_image *caller = c->caller->image;
    const struct service *service = c->service;

    for (unsigned i = caller->import_count; i-- > 0;)
        if (caller->imports[i] == service)
            caller->doors[i].to = &door_new;
}

// One level up. It is in no queue, nor in a monitor there.
static void level_off(struct thread *t, uint32_t rest)
{
    pop_to(t, innermost(t), rest);
    hurried_mend(t);
}

// What a caller that is alive learns. One whose deadline has passed learns of an end
// by its next call.
static enum cmrx_status told(struct thread *t, enum cmrx_status status)
{
    t->cancelled = t->cancelled && call_is_cancelled(t);
    return call_is_hurried(popped(t)) ? CMRX_TIMEOUT : status;
}

// To a caller that is alive, and has its monitor still. True: it learns of an end.
static bool come_back(struct thread *t, enum cmrx_status status)
{
    status = told(t, status);
    port_park(&t->context, popped_resume(t));
    port_reply(port_frame(&t->context), 0, 0, status);
    sched_changed();
    sched_ready(t);
    return status == CMRX_DEAD;
}

// After a pop: to the nearest caller that is alive, or to its end.
static void go_back(struct thread *t)
{
    while (is_orphan(t)) {
        if (t->depth == 0) {
            thread_end(t, 0);
            return;
        }
        level_off(t, innermost(t)->service->room - clear_done(popped(t)));
    }
    if (come_back(t, CMRX_DEAD))
        call_forget(t);
}

// The thread is in no queue, and nobody is in the monitor where it is.
void call_unwind(struct thread *t)
{
    t->forced = FORCED_NOT;
    if (t->depth == 0) {
        thread_end(t, 0);
        return;
    }
    level_off(t, innermost(t)->service->room);
    go_back(t);
}

// The innermost call whose caller has not ended, or the first.
static const struct call *last_alive(const struct thread *t)
{
    const struct call *c = innermost(t);

    while (c > t->image->calls && (c->sp & CALLER_ENDED) != 0)
        c--;
    return c;
}

// It is in no queue. All that callers have left that have ended is cleared: past these
// at once. `status`: of who is alive, if he has made that call.
void call_leave(struct thread *t, uint32_t rest, enum cmrx_status status)
{
    const struct call *to = last_alive(t);

    if (to != innermost(t))
        status = CMRX_DEAD;
    pop_to(t, to, rest);
    hurried_mend(t);
    t->forced = FORCED_NOT;
    if (is_orphan(t))
        thread_end(t, 0);
    else if (come_back(t, status))
        owe_told(t);
}

// Where the thread came back to is gone, and so is its home.
COLD static port_resume return_to_nobody(struct thread *t, bool is_awaited,
                                         struct process *left)
{
    sched_unready(t);
    if (is_awaited) {
        left->owner = NULL; // what was lent to it goes with it
        monitor_pass(left);
    }
    thread_end(t, 0);
    return syscall_leave();
}

// Others wait for the monitor that it has left. It is back, and parked. Whoever is
// let in may be more urgent.
port_resume kernel_return_later(struct thread *t)
{
    monitor_hand_over(popped(t)->service->process);
    sched_changed();
    return syscall_leave();
}

COLD static port_resume return_later(struct thread *t, port_resume out,
                                     struct process *left)
{
    port_park(&t->context, out);
    owe_monitor(left);
    sched_changed();
    return sched_leave();
}

// The method has returned.
port_resume call_return(struct thread *t, struct port_frame *f)
{
    uint32_t low = port_argument(f, 0), high = port_argument(f, 1);
    const struct call *to = innermost(t);
    uint32_t rest = to->service->room;
    bool has_ended = (to->sp & CALLER_ENDED) != 0;

    if (rest > LAST_BYTES) {
        if (clear_step(to, f))
            return PORT_AS_IT_CAME;
        rest = LAST_BYTES;
    }
    if (has_ended) {
        if (clear_ended(t) || port_interrupt_pending()) {
            port_again(f, port_word(f), deadline_argument(f));
            return PORT_AS_IT_CAME;
        }
        to = last_alive(t);
    }
    struct process *left = t->inside;
    bool is_awaited = monitor_free(t);
    enum cmrx_status status = CMRX_OK;
    pop_to(t, to, rest);
    hurried_mend(t);
    if (has_ended) {
        t->forced = FORCED_NOT;
        if (is_orphan(t))
            return return_to_nobody(t, is_awaited, left);
        low = high = 0;
        status = told(t, CMRX_DEAD);
        if (status == CMRX_DEAD)
            owe_told(t);
    }
    port_resume out = popped_resume(t);
    port_reply(port_resumed(out), low, high, status);
    if (is_awaited)
        return return_later(t, out, left);
    sched_map(t);
    return out;
}

// May whoever made the innermost call touch these bytes, and has it lent them?
bool call_may(const struct thread *t, uintptr_t address, uint32_t size,
              bool write)
{
    const struct call *c = innermost(t);
    const struct region lent = { c->top, t->low + t->slice - c->top };

    return size > 0 &&
           (region_covers(&c->caller->image->shared, address, size) ||
            region_covers(&t->image->home->image->shared, address, size) ||
            region_covers(&lent, address, size) ||
            (!write && region_covers(&public_constants, address, size)));
}
