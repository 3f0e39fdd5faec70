// late.c - calls whose deadline has passed. See doc/design/0021-call-deadlines.md.

#include "internal.h"

// When something is to be done about it.
static uint64_t due_of(const struct call *c)
{
    if ((c->sp & HAS_DEADLINE) == 0 || (c->slice & PART_CLEARED) != 0)
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
    uint8_t lent = t->priority;

    if (clear_ended(t) || time_gives_way())
        return;
    queue_remove(&t->inside->gate, t);
    call_leave(t, last_bytes(innermost(t)), CMRX_CANCELLED);
    owe_loan(owner, lent);
}

// A step. All that are left where no alarm comes at once: others would run between.
COLD void call_forced(struct thread *t)
{
    if (time_gives_way())
        return;
    do {
        if (t->forced == FORCED_GATE)
            gate_leave(t);
        else
            process_forced(t);
    } while (t->forced > FORCED_LATER && port_clock_pause() > 0);
}

#define LATER_US 100u // what who is more urgent has, before each end

// To end a process takes long, and there may be one for each level. All others that
// are due by now are served before, and while somebody more urgent than t is ready he
// runs for a while: no longer, he may be one that will not let it go. True: not yet.
static bool others_first(struct thread *t)
{
    unsigned timer = thread_index(t);

    if (t->forced == FORCED_LATER)
        return false;
    if (t->forced++ == FORCED_NOT) {
        time_behind(timer);
        return true;
    }
    if (!sched_is_above(t->priority))
        return false;
    time_set(timer, LATER_US, (uint32_t)time_now());
    return true;
}

// Of several at once the outermost is first. Whatever keeps it in there ends, so that
// the servers clean up and let it go. Or it is taken out, one level after the other.
COLD void call_overdue(struct thread *t, uint64_t due)
{
    struct call *c = t->image->calls;
    bool is_in = !is_entering(t);

    while (due_of(c) != due)
        c++;
    bool is_to_end = is_in && call_is_hurried(c);
    struct place place;
    if (!wait_look(t, &place) || (is_to_end && others_first(t)))
        return;
    t->forced = is_to_end ? FORCED_RECORD : is_in ? FORCED_NOT : FORCED_GATE;
    c->sp |= HURRIED;
    t->hurried = true;
    if (t->state == CMRX_THREAD_WAITING)
        owe_loan(wait_end(t, &place, CMRX_CANCELLED), t->priority);
    if (t->forced > FORCED_LATER && port_clock_pause() > 0)
        call_forced(t);
}
