// kernel.c - waiting and waking, as kernel/syscall.c and kernel/wait.c do it.

#include <cmrx/time.h>
#include <cmrx/wait.h>

#include "explorer.h"

void explorer_end_wait(struct explorer_thread *thread, enum cmrx_status status)
{
    thread->reply = status;
    thread->state = EXPLORER_READY;
}

uint64_t cmrx_time_now(void)
{
    explorer_point();
    return explorer.now;
}

// In the order of sys_wait() and begin_until().
enum cmrx_status cmrx_wait(const volatile uint32_t *word, uint32_t while_equal,
                           uint64_t deadline)
{
    explorer_point();
    struct explorer_thread *self = &explorer.threads[explorer.current];

    if (word != NULL && *word != while_equal)
        return CMRX_CHANGED;
    if (self->cancelled)
        return CMRX_CANCELLED;
    if (deadline <= explorer.now)
        return CMRX_TIMEOUT;
    self->word = word;
    self->deadline = deadline;
    self->ticket = explorer.tickets++;
    self->state = EXPLORER_WAITING;
    explorer_point();
    return self->reply;
}

// One of those that wait and began before that, or NULL. Which of them depends
// on their priorities: any.
static struct explorer_thread *waiter(const volatile uint32_t *word,
                                      uint64_t before)
{
    struct explorer_thread *found[EXPLORE_THREADS];
    unsigned count = 0;

    for (unsigned i = 0; i < explorer.count; i++) {
        struct explorer_thread *t = &explorer.threads[i];

        if (t->state == EXPLORER_WAITING && t->word == word &&
            t->ticket < before)
            found[count++] = t;
    }
    return count > 0 ? found[explorer_decide(count)] : NULL;
}

// One by one: others may go on in between.
int32_t cmrx_wake(const volatile uint32_t *word, uint32_t count)
{
    explorer_point();
    uint64_t before = explorer.tickets;
    uint32_t woken = 0;

    while (woken < count) {
        struct explorer_thread *t = waiter(word, before);

        if (t == NULL)
            break;
        explorer_end_wait(t, CMRX_OK);
        woken++;
        explorer_point();
    }
    return (int32_t)woken;
}
