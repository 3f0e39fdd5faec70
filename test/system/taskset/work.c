// work.c - a unit of work, and who waits meanwhile though it is more urgent.

#include "taskset.h"

// A thread that is due is woken a little later, when the kernel has come to it.
#define WAKING_US 40

static void account(struct tasks *tasks, uint32_t me)
{
    uint32_t now = (uint32_t)cmrx_time_now();

    for (uint32_t i = 0; i < tasks->count; i++) {
        struct task *t = &tasks->task[i];
        if (t->priority > tasks->task[me].priority &&
            (int32_t)(now - t->release) >= WAKING_US)
            __atomic_fetch_add(&t->inverted, 1, __ATOMIC_RELAXED);
    }
}

void work(struct tasks *tasks, uint32_t me, uint32_t units)
{
    for (uint32_t n = 0; n < units; n++) {
        account(tasks, me);
        for (volatile uint32_t i = 30; i > 0; i--)
            continue;
    }
}
