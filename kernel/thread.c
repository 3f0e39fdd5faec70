// thread.c - the life of a thread: dormant, started, ended, started again.

#include "internal.h"

void thread_start(struct thread *t, uintptr_t argument)
{
    const struct thread_image *image = t->image;
    const struct port_entry e = {
        .pc = image->entry,
        .gate = image->home->image->exit_gate,
        .sp = image->stack.base + image->stack.size,
        .argument = argument,
    };

    KERNEL_ASSERT(FILE_THREAD, t->state == CMRX_THREAD_DORMANT);
    port_context_init(&t->context, &e);
    t->inside = image->home;
    t->generation = image->home->generation;
    t->slice = (uint32_t)image->stack.size;
    t->cut = port_stack_cut(&image->window, t->slice);
    t->priority = t->base = image->priority;
    t->cancelled = t->again = t->hurried = false;
    sched_changed();
    if (!monitor_enter(t))
        monitor_queue(t, true);
}

// The thread is home and in no queue. Its process may have ended, and even have
// been started again meanwhile: then the thread begins anew.
void thread_end(struct thread *t, uint32_t result)
{
    struct thread *joiner = wait_joiner(t);

    t->state = CMRX_THREAD_DORMANT;
    t->priority = t->base; // nobody lends to it any more
    t->exit_result = result;
    if (t->again)
        process_adopt(t);
    else if (joiner != NULL && process_is_alive(t->image->home))
        wait_over(joiner, result);
}

struct thread *thread_detach(struct thread *t)
{
    struct place place;

    switch (t->state) {
    case CMRX_THREAD_READY:
        sched_unready(t);
        break;
    case CMRX_THREAD_WAITING:
        place = wait_place(t);
        return place.at != NULL ? words_remove(&place, t) : NULL;
    case CMRX_THREAD_QUEUED:
        queue_remove(&t->inside->gate, t);
        break;
    }
    return NULL;
}

// Its priority is another one: to where it belongs then. It is not ready, and keeps
// its state. Tells for whose monitor or mutex it waits, or NULL.
struct thread *thread_move(struct thread *t, uint8_t *place, uint8_t priority)
{
    struct process *p = t->inside;

    KERNEL_ASSERT(FILE_THREAD, t->state != CMRX_THREAD_READY);
    if (place != NULL)
        return words_move(place, t, priority);
    if (t->state != CMRX_THREAD_QUEUED) {
        t->priority = priority;
        return NULL;
    }
    queue_remove(&p->gate, t);
    t->priority = priority;
    queue_insert(&p->gate, t);
    return p->owner;
}

// How many bytes, from `offset` of the stack up, were never used: neither
// written by the thread nor given to a callee (see pop_to() in call.c). Believed:
// offset and look, which the system call has found to be inside of the stack; what
// is read is compared with 0 and told to one who may know.
uint32_t thread_untouched(const struct thread *t, uint32_t offset,
                          uint32_t look)
{
    uintptr_t begin = t->low + offset, at = begin;

    while (at < begin + look && *(const uint32_t *)at == 0)
        at += sizeof(uint32_t);
    return (uint32_t)(at - begin);
}
