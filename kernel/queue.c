// queue.c - lists of threads.
//
// Threads of one priority stand in a ring, the longest waiting first. A queue of
// several priorities has a ring for each, and the first thread of a ring knows
// that of the next lower one (`lower`): so nothing here takes more turns than
// there are priorities, however many threads there are.
//
// At a word equals stand by their tickets: wait_wake() looks at the first only.
//
// A thread is in one queue at most. Where it changes its priority it is moved.

#include "internal.h"

static void link_before(struct thread *at, struct thread *t)
{
    t->next = at;
    t->previous = at->previous;
    at->previous->next = t;
    at->previous = t;
}

static void ring_leave(const struct thread *t)
{
    t->next->previous = t->previous;
    t->previous->next = t->next;
}

// Where the ring for that priority is linked, or would be.
static struct thread **ring_at(struct queue *q, unsigned priority)
{
    struct thread **at = &q->first;

    while (*at != NULL && (*at)->priority > priority)
        at = &(*at)->lower;
    return at;
}

void queue_push(struct queue *q, struct thread *t)
{
    if (q->first == NULL)
        q->first = t->next = t->previous = t;
    else
        link_before(q->first, t);
}

void queue_pull(struct queue *q, struct thread *t)
{
    KERNEL_ASSERT(FILE_QUEUE, q->first != NULL && t->next->previous == t);
    if (t->next == t) {
        q->first = NULL;
        return;
    }
    ring_leave(t);
    if (q->first == t)
        q->first = t->next;
}

// At a word a thread that is moved has its ticket from before.
static bool is_later(const struct thread *t, const struct thread *other)
{
    return other->state == CMRX_THREAD_WAITING &&
           wait_ticket(t) > wait_ticket(other);
}

// Into the ring that is linked there.
static void ring_enter(struct thread **at, struct thread *t)
{
    struct thread *first = *at, *place = first;

    while (is_later(place->previous, t)) {
        place = place->previous;
        if (place == first) {
            t->lower = first->lower;
            *at = t;
            break;
        }
    }
    link_before(place, t);
}

void queue_insert(struct queue *q, struct thread *t)
{
    struct thread **at = ring_at(q, t->priority), *first = *at;

    if (first != NULL && first->priority == t->priority) {
        ring_enter(at, t);
        return;
    }
    t->next = t->previous = t;
    t->lower = first;
    *at = t;
}

// The first of the ring that is linked there.
struct thread *queue_take(struct thread **at)
{
    struct thread *t = *at, *next = t->next;

    if (next == t) {
        *at = t->lower;
        return t;
    }
    next->lower = t->lower;
    *at = next;
    ring_leave(t);
    return t;
}

void queue_remove(struct queue *q, struct thread *t)
{
    struct thread **at = ring_at(q, t->priority);

    KERNEL_ASSERT(FILE_QUEUE, *at != NULL && t->next->previous == t);
    if (*at == t)
        queue_take(at);
    else
        ring_leave(t);
}
