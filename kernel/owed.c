// owed.c - what the next alarm does, before any thread runs.
//
// The end of a way out or back is for others than the thread that goes it: who waits
// for the monitor, who had lent something, the door that it came through. Together
// with the way itself that would be too long without an interrupt. Where the
// processor brings an alarm at once it is left to that one, and nothing comes between
// but lines, and a fault that is told late. Elsewhere, and in a kernel for size, it is
// done at once. See doc/design/0035-owed.md.

#include "internal.h"

static struct {
    bool any;
    const struct call *told; // the caller knows that its callee has ended
    struct process *left;    // whose monitor is still that of `by`
    struct thread *by;       // from whom what was lent to it is taken back
} owed;

// In a kernel for size there are no such alarms.
#define LATER (PORT_ALARM_AT_ONCE && !PLAIN)

bool owed_any(void)
{
    return LATER && owed.any;
}

static inline __attribute__((always_inline)) bool put_off(void)
{
    if (!LATER || (!owed.any && !time_alarm_pend()))
        return false;
    owed.any = true;
    return true;
}

// One thread at a time.
COLD void owe_loan(struct thread *t)
{
    if (t == NULL)
        return;
    KERNEL_ASSERT(FILE_OWED, owed.by == NULL);
    if (put_off())
        owed.by = t;
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
        owed.left = p;
    else
        pass_on(p, t);
    owe_loan(t);
}

COLD void owe_told(const struct call *c)
{
    if (put_off())
        owed.told = c;
    else
        call_forget(c);
}

// A stretch of its own, or two.
COLD void owed_settle(void)
{
    struct thread *t = owed.by;

    if (owed.told != NULL) {
        call_forget(owed.told);
        owed.told = NULL;
        owed.any = t != NULL;
        return;
    }
    if (owed.left != NULL)
        pass_on(owed.left, t);
    owed.any = false;
    owed.left = NULL;
    owed.by = NULL;
    inherit(t, 0);
}
