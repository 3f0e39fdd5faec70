// inherit.c - who stands at the gate of a monitor lends its priority to the owner.
//
// See doc/design/0019-inheritance.md.

#include "internal.h"

static uint8_t at_gate(const struct thread *t, const struct process *p,
                       uint8_t priority)
{
    const struct thread *first = p->gate.first;

    return p->owner == t && first != NULL
               ? more_urgent(priority, first->priority)
               : priority;
}

// All its monitors are on its way to where it is.
static uint8_t at_gates(const struct thread *t)
{
    uint8_t priority = at_gate(t, t->inside, t->base);

    for (unsigned i = 0; i < t->depth; i++)
        priority = at_gate(t, t->image->calls[i].caller, priority);
    return priority;
}

static uint8_t at_mutexes(const struct thread *t, uint8_t priority)
{
    for (unsigned n = t->holds; n != 0; n = thread_numbered(n)->also)
        priority = more_urgent(priority, thread_numbered(n)->priority);
    return priority;
}

// Its own priority, or that of those who wait for one of its monitors or mutexes.
uint8_t inherit_deserved(const struct thread *t)
{
    return at_mutexes(t, at_gates(t));
}

// If it waits for a monitor or a mutex itself, the owner of that one is next, and so
// on along the chain: each is left to an alarm where that can be.
static void change(struct thread *t, uint8_t priority)
{
    while (priority != t->priority) {
        if (t->state == CMRX_THREAD_READY && !t->stale) {
            sched_move(t, priority);
            return;
        }
        if (LATER) {
            owe_look(t, more_urgent(t->priority, priority));
            return;
        }
        t = thread_move(t, wait_at(t), priority);
        if (t == NULL || t->state == CMRX_THREAD_DORMANT)
            return;
        priority = inherit_deserved(t);
    }
}

void inherit(struct thread *t, uint8_t lent)
{
    if (t != NULL && lent > t->priority)
        change(t, lent);
}

// Of who begins to wait. If an alarm comes anyway, it does that.
void inherit_or_owe(struct thread *t, uint8_t lent)
{
    if (!LATER || (clock.owed.left | clock.owed.stale) == 0)
        inherit(t, lent);
    else if (t != NULL && lent > t->priority)
        owe_look(t, lent);
}

// Of one that is in no queue, and not running: that is shorter.
void inherit_inside(struct thread *t, uint8_t lent)
{
    if (lent <= t->priority)
        return;
    if (t->stale)
        owe_look(t, lent);
    else
        t->priority = lent;
}

// What others lent to a thread that has ended with its process goes with them.
void inherit_anew(struct thread *t)
{
    if (t != NULL && t->state != CMRX_THREAD_DORMANT)
        change(t, inherit_deserved(t));
}
