// wait.c - waiting and waking on words, and events.
//
// A thread that waits stands in the queue of the process it is in, under a key:
// the address of a word there, or of a thread that it joins. The kernel is not
// interrupted between looking at the word and queueing, so no wake is lost.

#include "internal.h"

// Commit: the caller has checked. The reply comes with wait_end().
enum cmrx_status wait_begin(struct thread *t, uintptr_t key, uint64_t deadline)
{
    if (t->cancelled)
        return CMRX_CANCELLED;
    if (deadline != UINT64_MAX && deadline <= time_now())
        return CMRX_TIMEOUT;
    monitor_leave(t);
    sched_unready(t);
    t->state = CMRX_THREAD_WAITING;
    t->key = key;
    queue_insert(&t->inside->waiting, t);
    if (deadline != UINT64_MAX)
        time_arm(&t->timer, deadline);
    return CMRX_OK;
}

// Believed: the frame of a thread that waits. It was checked at its trap, and
// since then nobody could change its context or touch its stack.
void wait_end(struct thread *t, uint32_t low, enum cmrx_status status)
{
    KERNEL_ASSERT(FILE_WAIT, t->state == CMRX_THREAD_WAITING);
    queue_remove(&t->inside->waiting, t);
    time_disarm(&t->timer);
    port_reply(port_frame(&t->context), low, 0, status);
    monitor_enter(t);
}

static struct thread *waiter_on(const struct process *p, uintptr_t key)
{
    struct thread *t = p->waiting.first;

    if (t == NULL)
        return NULL;
    do {
        if (t->key == key)
            return t;
        t = t->next;
    } while (t != p->waiting.first);
    return NULL;
}

// Wake up to `count` that wait for `key`, the most urgent first; `low` is what
// they are told. Returns how many. `key` and `count` may be anything: they are
// only compared.
uint32_t wait_wake(struct process *p, uintptr_t key, uint32_t count,
                   uint32_t low)
{
    uint32_t woken = 0;
    struct thread *t;

    while (woken < count && (t = waiter_on(p, key)) != NULL) {
        wait_end(t, low, CMRX_OK);
        woken++;
    }
    return woken;
}

// Believed: the word, which the layout has put into memory of that process.
enum cmrx_status event_post(const struct event *event, uint32_t bits)
{
    if (event->process->state != CMRX_PROCESS_RUNNING)
        return CMRX_CLOSED;
    *event->word |= bits;
    wait_wake(event->process, (uintptr_t)event->word, UINT32_MAX, 0);
    return CMRX_OK;
}
