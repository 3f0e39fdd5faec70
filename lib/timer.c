// timer.c - any number of timers, served by one thread of the process.
//
// Why no wake is lost: who serves looks at `changes` under the lock, together
// with the list. Who puts another timer first changes it under the lock, then
// wakes; the kernel lets the server sleep only while it is what it saw.

#include <stdbool.h>
#include <stddef.h>

#include <cmrx/timer.h>
#include <cmrx/wait.h>

// The list is whole after each step, but may lack the timer that was moved. Who
// left the lock behind (see CMRX_RECOVER) may have put another one first without
// saying so: that is said now.
static enum cmrx_status lock(struct cmrx_timers *timers)
{
    enum cmrx_status status = cmrx_mutex_lock(&timers->lock, CMRX_FOREVER);

    if (status != CMRX_OWNER_DEAD)
        return status;
    __atomic_store_n(&timers->changes, timers->changes + 1, __ATOMIC_RELAXED);
    cmrx_wake(&timers->changes, 1);
    return CMRX_OK;
}

static void take_out(struct cmrx_timers *timers, const struct cmrx_timer *timer)
{
    struct cmrx_timer **at = &timers->first;

    while (*at != NULL && *at != timer)
        at = &(*at)->next;
    if (*at != NULL)
        *at = timer->next;
}

// Behind those that are due at the same time: these have waited for longer.
static void put_in(struct cmrx_timers *timers, struct cmrx_timer *timer)
{
    struct cmrx_timer **at = &timers->first;

    while (*at != NULL && (*at)->due <= timer->due)
        at = &(*at)->next;
    timer->next = *at;
    __atomic_signal_fence(
        __ATOMIC_RELEASE); // whole in between, too: see lock()
    *at = timer;
}

enum cmrx_status cmrx_timer_start(struct cmrx_timers *timers,
                                  struct cmrx_timer *timer, uint64_t due,
                                  uint32_t period)
{
    enum cmrx_status status = lock(timers);

    if (status != CMRX_OK)
        return status;
    take_out(timers, timer);
    timer->due = due;
    timer->period = period;
    timer->missed = 0;
    put_in(timers, timer);
    bool is_first = timers->first == timer;
    if (is_first)
        __atomic_store_n(&timers->changes, timers->changes + 1,
                         __ATOMIC_RELAXED);
    cmrx_mutex_unlock(&timers->lock);
    if (is_first)
        cmrx_wake(&timers->changes, 1);
    return CMRX_OK;
}

enum cmrx_status cmrx_timer_stop(struct cmrx_timers *timers,
                                 struct cmrx_timer *timer)
{
    enum cmrx_status status = lock(timers);

    if (status != CMRX_OK)
        return status;
    take_out(timers, timer);
    cmrx_mutex_unlock(&timers->lock);
    return CMRX_OK;
}

// To the first time that is not past. Divided are 32 bits, that is once in 71
// minutes of lateness: processors do that, or have a short function for it.
static void move_on(struct cmrx_timer *timer, uint64_t now)
{
    timer->due += timer->period;
    while (timer->due <= now) {
        uint64_t late = now - timer->due;
        uint32_t part = late < UINT32_MAX ? (uint32_t)late : UINT32_MAX - 1;
        uint32_t missed = part / timer->period + 1;

        timer->due += (uint64_t)missed * timer->period;
        timer->missed += missed;
    }
}

// The first if it is due, and it has been moved on. Under the lock.
static struct cmrx_timer *take_due(struct cmrx_timers *timers)
{
    struct cmrx_timer *first = timers->first;
    uint64_t now = cmrx_time_now();

    if (first == NULL || first->due > now)
        return NULL;
    timers->first = first->next;
    if (first->period > 0) {
        move_on(first, now);
        put_in(timers, first);
    }
    return first;
}

enum cmrx_status cmrx_timer_next(struct cmrx_timers *timers,
                                 struct cmrx_timer **due, uint64_t deadline)
{
    for (;;) {
        enum cmrx_status status = lock(timers);

        if (status != CMRX_OK)
            return status;
        struct cmrx_timer *first = take_due(timers);
        bool is_timed = timers->first != NULL && timers->first->due <= deadline;
        uint64_t until = is_timed ? timers->first->due : deadline;
        uint32_t changes = timers->changes;
        cmrx_mutex_unlock(&timers->lock);
        if (first != NULL) {
            *due = first;
            return CMRX_OK;
        }
        status = cmrx_wait(&timers->changes, changes, until);
        if (status == CMRX_TIMEOUT && is_timed)
            continue;
        if (status != CMRX_OK && status != CMRX_CHANGED)
            return status;
    }
}
