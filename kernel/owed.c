// owed.c - what the next alarm does, before any thread runs.
//
// The end of a way out or back is for others than the thread that goes it: who waits
// for the monitor, who had lent something, the door that it came through. Together
// with the way itself that would be too long without an interrupt. Where the
// processor brings an alarm at once it is left to that one, and nothing comes between
// but lines, and a fault that is told late. Elsewhere, and in a kernel for size, it is
// done at once. See doc/design/0035-owed.md.

#include "internal.h"

bool owed_by_process(void)
{
    return LATER && (clock.owed.told | clock.owed.left | clock.owed.comes) != 0;
}

// What comes of a look is for those who are as urgent as one of the threads, at most.
// So they come before these, and behind who is more urgent.
bool owed_looks(void)
{
    return LATER && clock.owed.stale != 0 && !sched_is_above(clock.owed.most);
}

// Some are marked.
COLD void owed_turn(void)
{
    if (!sched_is_above(clock.owed.most))
        time_alarm_pend();
}

// Whoever is first in a chain of those that wait for each other is looked at first:
// each leads to the next one, and in a circle of mutexes that ends.
void owe_look(struct thread *t, uint8_t most)
{
    struct owed *owed = &clock.owed;

    owed->at = t->number;
    if (!t->stale) {
        owed->stale++;
        t->stale = true;
    }
    if (most > owed->most)
        owed->most = most;
    if (!sched_is_above(owed->most))
        time_alarm_pend();
}

// Somebody who lends to it lends no more, or something else. So much at most: who is
// more urgent stays so.
COLD void owe_loan(struct thread *t, uint8_t lent)
{
    if (t == NULL || t->priority > lent)
        return;
    if (LATER)
        owe_look(t, lent);
    else
        inherit_anew(t);
}

static void pass_on(struct process *p)
{
    KERNEL_ASSERT(FILE_OWED, p->owner != NULL && p->gate.first != NULL);
    struct thread *last = p->owner;

    p->owner = NULL;
    monitor_pass(p);
    inherit_anew(last);
}

// Its owner is out of p, or about to wait, and others wait for it.
COLD void owe_monitor(struct process *p)
{
    if (!LATER) {
        pass_on(p);
        return;
    }
    clock.owed.left = (uint8_t)(process_index(p) + 1);
    time_alarm_pend();
}

static void come_in(struct thread *t)
{
    t->also = 0;
    if (!monitor_enter(t))
        monitor_queue(t, true);
}

// The monitor is taken where it goes on, and it is in no queue. More than one there are
// only if lines have come between.
void owe_entry(struct thread *t)
{
    if (!LATER) {
        monitor_queue(t, true);
        return;
    }
    t->state = CMRX_THREAD_QUEUED;
    t->begun = true;
    t->also = clock.owed.comes;
    clock.owed.comes = t->number;
    time_alarm_pend();
}

static void tell(const struct thread *t)
{
    if (t->state == CMRX_THREAD_DORMANT)
        process_tell(t->image->home);
    else
        call_forget(t);
}

COLD void owe_told(const struct thread *t)
{
    if (!LATER) {
        tell(t);
        return;
    }
    time_alarm_pend();
    clock.owed.told = t->number;
}

static void loan_mend(struct thread *t, uint8_t *place, uint8_t priority)
{
    uint8_t most = more_urgent(t->priority, priority);

    if (t->state == CMRX_THREAD_READY)
        sched_move(t, priority);
    else
        owe_loan(thread_move(t, place, priority), most);
}

static void look_over(struct thread *t)
{
    t->stale = false;
    if (--clock.owed.stale == 0)
        clock.owed.most = 0;
}

// It is on a chain, mostly: then the one that it lends to is next.
static void look(struct thread *t)
{
    uint8_t priority = inherit_deserved(t);
    uint8_t *place = wait_at(t);

    if (time_gives_way())
        return;
    look_over(t);
    if (priority != t->priority)
        loan_mend(t, place, priority);
}

// A stretch of its own, or several.
COLD void owed_look(void)
{
    struct owed *owed = &clock.owed;
    struct thread *t = thread_numbered(owed->at);
    struct thread *last = thread_numbered(thread_count);

    for (unsigned n = 0; n < LOOKS && t <= last; n++, t++)
        if (t->stale) {
            owed->at = t->number;
            look(t);
            return;
        }
    owed->at = t <= last ? t->number : 1;
}

// Likewise. Who stood at the gate is let in before who comes to it now.
COLD void owed_settle(void)
{
    struct owed *owed = &clock.owed;

    if (owed->left != 0) {
        struct process *p = &processes[owed->left - 1];

        owed->left = 0;
        pass_on(p);
    } else if (owed->comes != 0) {
        struct thread *t = thread_numbered(owed->comes);

        owed->comes = t->also;
        come_in(t);
    } else {
        tell(thread_numbered(owed->told));
        owed->told = 0;
    }
}
