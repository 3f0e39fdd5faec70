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

// What is left of the stack below a cut at or below all that must stay hidden.
// Less than nothing where the cut would lie below the stack.
uint32_t call_slice(const struct thread *t, uintptr_t sp)
{
    uint32_t shift = t->image->window.shift;

    return (uint32_t)((port_call_floor(sp) >> shift << shift) - t->low);
}

static struct call *innermost(const struct thread *t)
{
    return &t->image->calls[t->depth - 1];
}

// ---- Who stands at the gate of a monitor lends its priority to the owner. See
// doc/design/0019-inheritance.md.

static uint8_t more_urgent(const struct thread *t, const struct process *p,
                           uint8_t priority)
{
    const struct thread *first = p->gate.first;

    return p->owner == t && first != NULL && first->priority > priority
               ? first->priority
               : priority;
}

// Its own priority, or that of those who wait for one of its monitors, all of
// which are on its way to where it is, or for one of its mutexes.
static uint8_t deserved(const struct thread *t)
{
    uint8_t priority = more_urgent(t, t->inside, t->base);

    for (unsigned i = 0; i < t->depth; i++)
        priority = more_urgent(t, t->image->calls[i].caller, priority);
    for (unsigned n = t->holds; n != 0; n = threads[n - 1].also)
        if (threads[n - 1].priority > priority)
            priority = threads[n - 1].priority;
    return priority;
}

// For whose monitor or mutex it waits, or NULL.
COLD static struct thread *lends_to(const struct thread *t)
{
    struct process *p = t->inside;

    if (t->state == CMRX_THREAD_QUEUED)
        return p->owner;
    if (t->state != CMRX_THREAD_WAITING)
        return NULL;
    const struct queue q = words_queue(words_find(p, t->key));
    return q.first != NULL ? mutex_lends_to(q.first) : NULL;
}

// Somebody new lends it that, or (0) something else of it has changed. If it waits
// for a monitor or a mutex itself, the owner of that one is next, and so on along the
// chain. What others lent to a thread that has ended with its process goes with them.
void inherit(struct thread *t, uint8_t lent)
{
    for (; t != NULL && t->state != CMRX_THREAD_DORMANT; t = lends_to(t)) {
        uint8_t priority = lent > t->priority ? lent
                           : lent > 0         ? t->priority
                                              : deserved(t);
        if (priority == t->priority)
            return;
        if (t->state == CMRX_THREAD_READY) {
            sched_move(t, priority);
            return;
        }
        thread_move(t, priority);
    }
}

// ---- The monitor: at most one thread in those services of a process that are
// not re-entrant, and in those of its own threads that say so.

bool monitor_wanted(const struct thread *t)
{
    return t->depth > 0 ? !innermost(t)->service->reentrant : t->serial;
}

// Take t into the monitor where it is, if it has to be and can be.
static bool monitor_take(struct thread *t, bool wanted)
{
    if (!wanted)
        return true;
    if (t->inside->owner != NULL)
        return t->inside->owner == t; // the mender has not given it away
    t->inside->owner = t;
    return true;
}

ALONE static void monitor_queue(struct thread *t, bool begun)
{
    t->state = CMRX_THREAD_QUEUED;
    t->begun = begun;
    queue_insert(&t->inside->gate, t);
    inherit(t->inside->owner, t->priority);
}

void monitor_enter(struct thread *t)
{
    if (monitor_take(t, monitor_wanted(t)))
        sched_ready(t);
    else
        monitor_queue(t, true);
}

// The monitor goes to the first of those that wait for it: nobody overtakes. That
// is the most urgent of them, so the others have nothing to lend to it.
COLD void monitor_hand_over(struct process *p)
{
    struct thread *next = p->gate.first, *last = p->owner;

    p->owner = next;
    queue_take(&p->gate.first);
    sched_ready(next);
    inherit(last, 0);
}

// It is in no monitor where it is any more; but does somebody wait for it?
static bool monitor_free(struct thread *t)
{
    struct process *p = t->inside;

    if (p->owner != t || !monitor_wanted(t))
        return false;
    if (p->gate.first == NULL)
        p->owner = NULL;
    return p->owner != NULL;
}

void monitor_leave(struct thread *t)
{
    if (monitor_free(t))
        monitor_pass(t->inside);
}

// t has work half done in there: it goes on when it comes in again.
COLD void monitor_give(struct thread *t)
{
    sched_unready(t);
    monitor_queue(t, true);
    monitor_pass(t->inside);
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
                       unsigned method, uint32_t slice)
{
    uintptr_t top = t->low + slice - port_lent(&t->context);

    KERNEL_ASSERT(FILE_CALL, t->depth < t->image->depth);
    t->image->calls[t->depth] = (struct call){
        .sp = port_sp(&t->context),
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

// Back to where the innermost call came from. What the callee has left on the
// stack is nobody's business, neither the caller's nor that of the next callee.
// An honest method has used no more than its room; one that has used more has
// only itself to blame. What was lent lies above and stays. The mark is for
// those who ask how much of a stack was ever used. `rest`: so much of it, from the
// top, is not cleared yet.
static void pop(struct thread *t, uint32_t rest)
{
    const struct call *c = innermost(t);
    uintptr_t low = c->top - c->service->room;

    port_zero(c->top - rest, rest);
    *(uint32_t *)low = STACK_USED;
    t->depth--;
    t->inside = c->caller;
    t->slice = c->slice;
    t->cut = c->cut;
}

// Which call the thread came back from by its last pop.
static const struct call *popped(const struct thread *t)
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

// What is cleared together with the return, and what a step before it clears. In
// the first lies what a trap of a method that returns has put on its stack.
#define LAST_BYTES 128u
#define STEP_BYTES 640u

static uint32_t last_bytes(const struct thread *t)
{
    uint32_t room = innermost(t)->service->room;

    return room < LAST_BYTES ? room : LAST_BYTES;
}

// A large method returns: what it has left is cleared in steps, each a system call;
// in the word is how many there were. A program that makes that up leaves something
// of its own on a stack that is not its own any more. False: all but the last is.
COLD static bool clear_step(const struct call *c, struct port_frame *f)
{
    uint32_t steps = port_word(f) >> 8, done = steps * STEP_BYTES;
    uint32_t room = c->service->room, size = room - LAST_BYTES;

    if (done >= size)
        return false;
    if (size - done > STEP_BYTES)
        size = done + STEP_BYTES;
    port_zero(c->top - room + done, size - done);
    port_again(f, CMRX_SYS_RETURN | (steps + 1) << 8, 0);
    return true;
}

// After a pop: are there others in which it is?
static void hurried_mend(struct thread *t)
{
    if (!call_is_hurried(popped(t)))
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
static void callee_forget(const struct call *c)
{
    const struct process_image *caller = c->caller->image;

    for (unsigned i = 0; i < caller->import_count; i++)
        if (caller->imports[i] == c->service)
            caller->doors[i].to = &door_new;
}

// One level up. It is in no queue, nor in a monitor there.
static void level_off(struct thread *t, uint32_t rest)
{
    pop(t, rest);
    hurried_mend(t);
}

// To a caller that is alive, and has its monitor still. One whose deadline has passed
// learns of an end by its next call.
static void come_back(struct thread *t, enum cmrx_status status)
{
    t->cancelled = t->cancelled && call_is_cancelled(t);
    port_park(&t->context, popped_resume(t));
    if (call_is_hurried(popped(t)))
        status = CMRX_TIMEOUT;
    else if (status == CMRX_DEAD)
        callee_forget(popped(t));
    port_reply(port_frame(&t->context), 0, 0, status);
    sched_changed();
    sched_ready(t);
}

// The thread is in no queue, and nobody is in the monitor where it is: take it to the
// nearest caller that is alive, or end it.
void call_unwind(struct thread *t)
{
    t->forced = FORCED_NOT;
    do {
        if (t->depth == 0) {
            thread_end(t, 0);
            return;
        }
        level_off(t, innermost(t)->service->room);
    } while (is_orphan(t));
    come_back(t, CMRX_DEAD);
}

// Where the thread came back to is gone, and so is what it had there.
COLD static port_resume return_to_nobody(struct thread *t, bool is_awaited)
{
    if (is_awaited)
        monitor_pass(popped(t)->service->process);
    sched_unready(t);
    call_unwind(t);
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

COLD static port_resume return_later(struct thread *t, port_resume out)
{
    port_park(&t->context, out);
    monitor_pass(popped(t)->service->process);
    sched_changed();
    return sched_leave();
}

// The method has returned.
port_resume call_return(struct thread *t, struct port_frame *f)
{
    uint32_t low = port_argument(f, 0), high = port_argument(f, 1);
    uint32_t rest = innermost(t)->service->room;

    if (rest > LAST_BYTES) {
        if (clear_step(innermost(t), f))
            return PORT_AS_IT_CAME;
        rest = LAST_BYTES;
    }
    bool is_awaited = monitor_free(t);
    pop(t, rest);
    hurried_mend(t);
    if (is_orphan(t))
        return return_to_nobody(t, is_awaited);
    port_resume out = popped_resume(t);
    port_reply(port_resumed(out), low, high, CMRX_OK);
    if (is_awaited)
        return return_later(t, out);
    sched_map(t);
    return out;
}

// ---- Deadlines of calls. See doc/design/0021-call-deadlines.md.

void call_bound(struct thread *t)
{
    innermost(t)->sp |= HAS_DEADLINE;
}

// When something is to be done about it.
static uint64_t due_of(const struct call *c)
{
    if ((c->sp & HAS_DEADLINE) == 0)
        return UINT64_MAX;
    uint64_t deadline = port_call_deadline(call_sp(c));
    if (!call_is_hurried(c))
        return deadline;
    return c->service->grace > 0 ? deadline + c->service->grace : UINT64_MAX;
}

uint64_t call_due(const struct thread *t)
{
    uint64_t first = UINT64_MAX;

    for (unsigned i = 0; i < t->depth; i++) {
        uint64_t due = due_of(&t->image->calls[i]);
        if (due < first)
            first = due;
    }
    return first;
}

// At the gate, and its method has not begun.
static bool is_entering(const struct thread *t)
{
    return t->state == CMRX_THREAD_QUEUED && !t->begun;
}

// As if it had not called: it has left nothing there but what a push may have put on
// its stack. What it has lent to the owner goes with it.
static void gate_leave(struct thread *t)
{
    struct thread *owner = t->inside->owner;

    queue_remove(&t->inside->gate, t);
    inherit(owner, 0);
    level_off(t, last_bytes(t));
    t->forced = FORCED_NOT;
    if (is_orphan(t))
        call_unwind(t);
    else
        come_back(t, CMRX_CANCELLED);
}

// A step. Where the alarm does not come at once others would run before the next one:
// there it is no step of its own.
COLD void call_forced(struct thread *t)
{
    if (time_gives_way())
        return;
    do {
        (t->forced == FORCED_GATE ? gate_leave : process_forced)(t);
    } while (t->forced > FORCED_BEHIND && port_clock_pause() > 0);
}

#define LATER_US 200u // until it is looked again whether he still is

// To end a process takes long, and there may be one for each level. All others that
// are due by now are served before, and while somebody more urgent than t is ready he
// runs: nobody waits longer than for one of these ends. True: not yet.
static bool others_first(struct thread *t)
{
    unsigned timer = thread_index(t);

    if (t->forced == FORCED_NOT) {
        t->forced = FORCED_BEHIND;
        time_behind(timer);
        return true;
    }
    t->forced = FORCED_NOT;
    if (!sched_is_above(t))
        return false;
    time_set(timer, LATER_US, (uint32_t)time_now());
    return true;
}

// Of several at once the outermost is first. Whatever keeps it in there ends, so that
// the servers clean up and let it go. Or it is taken out, one level after the other.
COLD void call_overdue(struct thread *t, uint64_t due)
{
    struct call *c = t->image->calls;

    while (due_of(c) != due)
        c++;
    if (time_gives_way())
        return;
    bool is_to_end = call_is_hurried(c) && !is_entering(t);
    if (is_to_end && others_first(t))
        return;
    if (is_to_end)
        t->forced = FORCED_RECORD;
    else if (is_entering(t))
        t->forced = FORCED_GATE;
    c->sp |= HURRIED;
    t->hurried = true;
    if (t->state == CMRX_THREAD_WAITING)
        wait_end(t, 0, CMRX_CANCELLED);
    if (t->forced > FORCED_BEHIND && port_clock_pause() > 0)
        call_forced(t);
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
