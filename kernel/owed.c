// owed.c - what the next alarm does, before any thread runs.
//
// The end of a way out or back is for others than the thread that goes it: who waits
// for the monitor, who had lent something, the door that it came through. Together
// with the way itself that would be too long without an interrupt. Where the
// processor brings an alarm at once it is left to that one, and nothing comes between
// but lines, and a fault that is told late. Elsewhere, and in a kernel for size, it is
// done at once. See doc/design/0035-owed.md.

#include "internal.h"

// In a kernel for size there are no such alarms.
#define LATER (PORT_ALARM_AT_ONCE && !PLAIN)

bool owed_any(void)
{
    return LATER && (clock.owed.told | clock.owed.by) != 0;
}

static inline __attribute__((always_inline)) bool put_off(void)
{
    return LATER && time_alarm_pend();
}

// One thread at a time.
COLD void owe_loan(struct thread *t)
{
    if (t == NULL)
        return;
    KERNEL_ASSERT(FILE_OWED, clock.owed.by == 0);
    if (put_off())
        clock.owed.by = (uint8_t)(thread_index(t) + 1);
    else
        inherit(t, 0);
}

static void pass_on(struct process *p, const struct thread *last)
{
    KERNEL_ASSERT(FILE_OWED, p->owner == last && p->gate.first != NULL);
    p->owner = NULL;
    monitor_pass(p);
}

// t is out of p, and others wait there.
COLD void owe_monitor(struct process *p, struct thread *t)
{
    if (put_off())
        clock.owed.left = (uint8_t)(process_index(p) + 1);
    else
        pass_on(p, t);
    owe_loan(t);
}

COLD void owe_told(const struct thread *t)
{
    if (put_off())
        clock.owed.told = (uint8_t)(thread_index(t) + 1);
    else
        call_forget(t);
}

// A stretch of its own, or two.
COLD void owed_settle(void)
{
    struct owed *owed = &clock.owed;

    if (owed->told != 0) {
        call_forget(&threads[owed->told - 1]);
        owed->told = 0;
        return;
    }
    struct thread *t = &threads[owed->by - 1];
    if (owed->left != 0)
        pass_on(&processes[owed->left - 1], t);
    owed->left = owed->by = 0;
    inherit(t, 0);
}
