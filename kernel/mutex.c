// mutex.c - who has the word that others wait for: mutexes of the library.
//
// A thread that takes a free mutex puts its stack pointer into the word, and the
// kernel is not asked. Who waits for it asks, and lends its priority to the thread
// whose stack that is. What the word says is what the process says, so it counts
// only for a thread that works in that process: that has it on its way.
//
// Who waits lends to whom the word named when somebody began to wait last, or to
// whom was woken since: he is the next to take it. The first of those who wait
// keeps that (`owner`), and all the first ones that lend to a thread are linked
// from it (`holds`, `also`; numbers of threads from 1 on). A thread does not leave a
// process before it has told those who wait for it there: mutex_abandon().
//
// See doc/design/0019-inheritance.md.

#include "internal.h"

#define MARKS_OF_WORD 3u // the lowest bits: a stack pointer has none

// ---- Who that is

// The last whose stack begins below that. Where it is in the lower half, one too
// many is looked at again: that is shorter than to know it.
static struct thread *thread_above(uint32_t sp)
{
    const uint8_t *first = stack_order;
    unsigned half;

    for (unsigned count = thread_count; count > 1; count -= half) {
        half = count / 2;
        if (sp > (uint32_t)threads[first[half]].low)
            first += half;
    }
    return &threads[*first];
}

// Where it was when it called, if that has not ended since: begun again, the process
// is another one.
static const struct process *caller_of(const struct call *c)
{
    return (c->sp & CALLER_ENDED) == 0 ? c->caller : NULL;
}

// Into where it works, which it does not leave again by a short way.
static void mark(const struct thread *t, struct call *c)
{
    if (c != t->image->calls && (c[-1].sp & HAS_DEADLINE) == 0)
        c[-1].sp |= HURRIED;
}

// Others wait for a mutex that it takes where it is.
void mutex_is_on_its_way(const struct thread *t)
{
    mark(t, t->image->calls + t->depth);
}

// At the gate of a process it does not work there yet. If it does its call is marked.
COLD bool mutex_works_in(const struct thread *t, const struct process *p)
{
    const struct process *at = t->inside;
    struct call *first = t->image->calls, *c = first + t->depth;

    if (t->state == CMRX_THREAD_QUEUED && !t->begun)
        at = caller_of(--c);
    while (at != p) {
        if (c == first)
            return false;
        at = caller_of(--c);
    }
    mark(t, c);
    return true;
}

// An address in its stack.
static bool names(uint32_t word, const struct thread *t)
{
    uint32_t sp = word & ~MARKS_OF_WORD;

    return sp - 1 - (uint32_t)t->low < t->image->stack.size;
}

// `word` may be anything.
COLD struct thread *mutex_owner(const struct process *p, uint32_t word)
{
    struct thread *t = thread_above(word & ~MARKS_OF_WORD);

    return names(word, t) && t->state != CMRX_THREAD_DORMANT &&
                   mutex_works_in(t, p)
               ? t
               : NULL;
}

// ---- Who lends to whom

ALONE struct thread *mutex_lends_to(const struct thread *first)
{
    return first->owner != 0 ? thread_numbered(first->owner) : NULL;
}

COLD void mutex_lend(struct thread *first, struct thread *owner)
{
    first->owner = owner->number;
    first->also = owner->holds;
    owner->holds = first->number;
}

COLD void mutex_hand(struct thread *first, struct thread *to)
{
    struct thread *owner = mutex_lends_to(first);

    if (owner == NULL)
        return;
    uint8_t *at = &owner->holds;
    while (*at != first->number)
        at = &thread_numbered(*at)->also;
    *at = to != NULL ? to->number : first->also;
    if (to != NULL) {
        to->owner = first->owner;
        to->also = first->also;
    }
    first->owner = first->also = 0;
}

// Somebody else has it than whom those lend to who wait there, or they lend to nobody.
// First what is lent, then what is not any more: who is on both chains is not moved
// twice.
COLD static void mutex_pass(struct thread *first, struct thread *owner)
{
    struct thread *last = mutex_lends_to(first);
    uint8_t lent = first->priority;

    if (last != NULL)
        mutex_hand(first, NULL);
    mutex_lend(first, owner);
    inherit(owner, lent);
    owe_loan(last, lent);
}

// The word is argument 1 still, and in memory of the process. That somebody waits is
// written there in one step with the wait. To look for the owner is as long as what
// follows: a line comes between. Of another owner others are told in a step of its own.
COLD int32_t mutex_wait(struct thread *t, struct port_frame *f)
{
    uintptr_t word = port_argument(f, 0);
    uint32_t value = port_argument(f, 1);
    struct process *p = t->inside;
    struct thread *owner = mutex_owner(p, value);

    if (owner == NULL) {
        *(volatile uint32_t *)word = MUTEX_AWAITED;
        return CMRX_CHANGED;
    }
    if (owner == t)
        return CMRX_LOOP;
    if (port_interrupt_pending())
        return WAIT_AGAIN;
    uint8_t *at = words_find(p, word);
    struct thread *first = words_queue(at).first;
    if (first != NULL && mutex_lends_to(first) != owner) {
        if (!port_interrupt_pending())
            mutex_pass(first, owner);
        return WAIT_AGAIN;
    }
    int32_t status = wait_for_word(t, word, at, deadline_argument(f));
    if (status == CMRX_OK) {
        *(volatile uint32_t *)word = value | MUTEX_AWAITED;
        if (first == NULL) { // it is, now
            mutex_lend(t, owner);
            inherit_or_owe(owner, t->priority);
        }
    }
    return status;
}

// ---- Who goes without giving it back

// If t has a mutex where it is that others wait for, one of these is woken, or will be,
// and finds it left behind. A word that does not name it any more is not touched:
// somebody came in between.
COLD bool mutex_let_go(struct thread *t, uint64_t any)
{
    unsigned n = t->holds;

    while (n != 0 && thread_numbered(n)->inside != t->inside)
        n = thread_numbered(n)->also;
    if (n == 0)
        return false;
    volatile uint32_t *word = (volatile uint32_t *)thread_numbered(n)->key;
    enum wake wake = wait_wake(t->inside, (uintptr_t)word, any);
    if (wake != WAKE_LATER && names(*word, t))
        *word = MUTEX_AWAITED;
    return true;
}

// t is about to leave the process where it is, by itself. If so, or if a line comes
// first, it asks once more.
COLD bool mutex_abandon(struct thread *t, struct port_frame *f)
{
    bool is_again =
        mutex_let_go(t, WAKE_ANY_OR_LATER) || port_interrupt_pending();

    if (is_again)
        port_again(f, port_word(f), deadline_argument(f));
    return is_again;
}
