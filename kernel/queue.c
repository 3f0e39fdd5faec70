// queue.c - circular lists of threads, first in front.
//
// A thread is in one queue at most; its `next` and `previous` belong to it.

#include "internal.h"

static void link_before(struct thread *at, struct thread *t)
{
    t->next = at;
    t->previous = at->previous;
    at->previous->next = t;
    at->previous = t;
}

void queue_push(struct queue *q, struct thread *t)
{
    if (q->first == NULL) {
        q->first = t->next = t->previous = t;
        return;
    }
    link_before(q->first, t);
}

// Behind all that are at least as urgent. Looks from the end: threads of equal
// priority, the common case, are placed at once.
void queue_insert(struct queue *q, struct thread *t)
{
    struct thread *at = q->first;

    if (at == NULL || at->previous->priority >= t->priority) {
        queue_push(q, t);
        return;
    }
    while (at->priority >= t->priority)
        at = at->next;
    link_before(at, t);
    if (at == q->first)
        q->first = t;
}

void queue_remove(struct queue *q, struct thread *t)
{
    KERNEL_ASSERT(FILE_QUEUE, q->first != NULL && t->next->previous == t);
    if (t->next == t) {
        q->first = NULL;
        return;
    }
    t->next->previous = t->previous;
    t->previous->next = t->next;
    if (q->first == t)
        q->first = t->next;
}
