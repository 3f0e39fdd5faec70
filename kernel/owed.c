// owed.c - what the next alarm does, before any thread runs.
//
// The end of a way out or back is for others than the thread that goes it: who waits
// for the monitor, who had lent something, the door that it came through. Together
// with the way itself that would be too long without an interrupt. Where the
// processor brings an alarm at once it is left to that one, and nothing comes between
// but lines, and a fault that is told late. Elsewhere, and in a kernel for size, it is
// done at once. See doc/design/0035-owed.md.

#include "internal.h"

// A process owes its monitor only together with a thread that was in it.
bool owed_any(void)
{
    return LATER && (clock.owed.told | clock.owed.stale) != 0;
}

bool owed_by_process(void)
{
    return LATER && (clock.owed.told | clock.owed.left) != 0;
}

// Whoever is first in a chain of those that wait for each other is looked at first:
// each leads to the next one, and in a circle of mutexes that ends.
void owe_look(struct thread *t)
{
    time_alarm_pend();
    clock.owed.at = t->number;
    if (t->stale)
        return;
    clock.owed.stale++;
    t->stale = true;
}

COLD void owe_loan(struct thread *t)
{
    if (t == NULL)
        return;
    if (LATER)
        owe_look(t);
    else
        inherit_anew(t);
}

static void pass_on(struct process *p)
{
    KERNEL_ASSERT(FILE_OWED, p->owner != NULL && p->gate.first != NULL);
    p->owner = NULL;
    monitor_pass(p);
}

// t is out of p, and others wait there.
COLD void owe_monitor(struct process *p, struct thread *t)
{
    if (LATER) {
        clock.owed.left = (uint8_t)(process_index(p) + 1);
        owe_look(t);
    } else {
        pass_on(p);
        inherit_anew(t);
    }
}

COLD void owe_told(const struct thread *t)
{
    if (!LATER) {
        call_forget(t);
        return;
    }
    time_alarm_pend();
    clock.owed.told = t->number;
}

static void loan_mend(struct thread *t, uint8_t *place, uint8_t priority)
{
    if (t->state == CMRX_THREAD_READY)
        sched_move(t, priority);
    else
        owe_loan(thread_move(t, place, priority));
}

// It is on a chain, mostly: then the one that it lends to is next.
static void look(struct thread *t)
{
    uint8_t priority = inherit_deserved(t);
    uint8_t *place = wait_place(t);

    if (time_gives_way())
        return;
    clock.owed.stale--;
    t->stale = false;
    if (priority != t->priority)
        loan_mend(t, place, priority);
}

// More than one chain is there only if lines have come between. So many threads are
// looked at for the next one.
#define LOOKS 16u

static void look_for(struct owed *owed)
{
    for (unsigned n = 0; n < LOOKS; n++) {
        struct thread *t = thread_numbered(owed->at);
        if (t->stale) {
            look(t);
            return;
        }
        owed->at = owed->at < thread_count ? (uint8_t)(owed->at + 1) : 1;
    }
}

// A stretch of its own, or several.
COLD void owed_settle(void)
{
    struct owed *owed = &clock.owed;

    if (owed->told != 0) {
        call_forget(thread_numbered(owed->told));
        owed->told = 0;
    } else if (owed->left != 0) {
        pass_on(&processes[owed->left - 1]);
        owed->left = 0;
    } else {
        look_for(owed);
    }
}
