// monitor.c - at most one thread in those services of a process that are not
// re-entrant, and in those of its own threads that say so.

#include "internal.h"

bool monitor_wanted(const struct thread *t)
{
    return t->depth > 0 ? !innermost(t)->service->reentrant : t->serial;
}

// Take t into the monitor where it is, if it has to be and can be. A mender may have it
// still; but not if it is about to be passed on.
bool monitor_take(struct thread *t, bool wanted)
{
    if (!wanted)
        return true;
    if (t->inside->owner != NULL)
        return t->inside->owner == t && clock.owed.left == 0;
    t->inside->owner = t;
    return true;
}

ALONE void monitor_queue(struct thread *t, bool begun)
{
    t->state = CMRX_THREAD_QUEUED;
    t->begun = begun;
    queue_insert(&t->inside->gate, t);
    inherit_or_owe(t->inside->owner, t->priority);
}

bool monitor_enter(struct thread *t)
{
    if (!monitor_take(t, monitor_wanted(t)))
        return false;
    sched_ready(t);
    return true;
}

// The monitor goes to the first of those that wait for it: nobody overtakes. That
// is the most urgent of them, so the others have nothing to lend to it.
COLD void monitor_hand_over(struct process *p)
{
    struct thread *next = p->gate.first, *last = p->owner;

    p->owner = next;
    queue_take(&p->gate.first);
    sched_ready(next);
    inherit_anew(last);
}

// It is in no monitor where it is any more; but does somebody wait for it?
bool monitor_free(struct thread *t)
{
    struct process *p = t->inside;

    if (p->owner != t || !monitor_wanted(t))
        return false;
    if (p->gate.first == NULL)
        p->owner = NULL;
    return p->owner != NULL;
}

// It is in no queue.
void monitor_leave(struct thread *t)
{
    if (!monitor_free(t))
        return;
    t->inside->owner = NULL;
    t->priority = inherit_deserved(t);
    monitor_pass(t->inside);
}

// t has work half done in there: it goes on when it comes in again.
COLD void monitor_give(struct thread *t)
{
    sched_unready(t);
    t->inside->owner = NULL;
    monitor_queue(t, true);
    monitor_pass(t->inside);
    owe_loan(t, t->priority);
}
