// kernel.c - waiting and waking, as kernel/syscall.c, wait.c and mutex.c do it.

#include <cmrx/mutex.h>
#include <cmrx/time.h>
#include <cmrx/wait.h>

#include "explorer.h"

#include <stddef.h>

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

// Whether it waits now, or why not: begin_until().
static enum cmrx_status begin(const volatile uint32_t *word, uint64_t deadline)
{
    struct explorer_thread *self = &explorer.threads[explorer.current];

    if (self->cancelled)
        return CMRX_CANCELLED;
    if (deadline <= explorer.now)
        return CMRX_TIMEOUT;
    self->word = word;
    self->deadline = deadline;
    self->ticket = explorer.tickets++;
    self->state = EXPLORER_WAITING;
    self->owner = 0;
    return CMRX_OK;
}

static enum cmrx_status sleep(void)
{
    explorer_point();
    return explorer.threads[explorer.current].reply;
}

// In the order of sys_wait() and begin_until().
enum cmrx_status cmrx_wait(const volatile uint32_t *word, uint32_t while_equal,
                           uint64_t deadline)
{
    explorer_point();
    if (word != NULL && *word != while_equal)
        return CMRX_CHANGED;
    enum cmrx_status status = begin(word, deadline);
    return status == CMRX_OK ? sleep() : status;
}

// ---- Mutexes. Stack pointers are 16 for thread 0, and so on.

uint32_t cmrx_stack_pointer(void)
{
    return (explorer.current + 1) * 16;
}

// mutex_pass()
static void pass(const volatile uint32_t *word, unsigned owner)
{
    for (unsigned i = 0; i < explorer.count; i++) {
        struct explorer_thread *t = &explorer.threads[i];

        if (t->state == EXPLORER_WAITING && t->word == word)
            t->owner = owner;
    }
}

// wait_for_owner()
enum cmrx_status cmrx_mutex_wait(struct cmrx_mutex *mutex, uint32_t seen,
                                 uint64_t deadline)
{
    unsigned owner = seen / 16;

    explorer_point();
    if (mutex->word != seen)
        return CMRX_CHANGED;
    if (explorer.threads[owner - 1].state == EXPLORER_ENDED) {
        mutex->word = CMRX_MUTEX_LEFT;
        return CMRX_CHANGED;
    }
    if (owner == explorer.current + 1)
        return CMRX_LOOP;
    enum cmrx_status status = begin(&mutex->word, deadline);
    if (status == CMRX_OK)
        mutex->word = seen | CMRX_MUTEX_AWAITED;
    pass(&mutex->word, owner);
    return status == CMRX_OK ? sleep() : status;
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

static unsigned number(const struct explorer_thread *t)
{
    return (unsigned)(t - explorer.threads) + 1;
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
        if (t->owner != 0)
            pass(word, number(t));
        woken++;
        explorer_point();
    }
    return (int32_t)woken;
}

// mutex_abandon(): one of those that wait for it is told, if any.
static bool abandon(unsigned owner)
{
    for (unsigned i = 0; i < explorer.count; i++) {
        const struct explorer_thread *t = &explorer.threads[i];

        if (t->state != EXPLORER_WAITING || t->owner != owner)
            continue;
        volatile uint32_t *word = (volatile uint32_t *)(uintptr_t)t->word;
        if (*word / 16 == owner)
            *word = CMRX_MUTEX_LEFT;
        struct explorer_thread *first = waiter(word, UINT64_MAX);
        explorer_end_wait(first, CMRX_OK);
        pass(word, number(first));
        return true;
    }
    return false;
}

void explorer_exit(void)
{
    do
        explorer_point();
    while (abandon(explorer.current + 1));
}
