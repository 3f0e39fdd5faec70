// schedule.c (host) - whose turn it is, and what time.
//
// Strictly by priority, and at equal priority who became ready first. A more
// urgent thread comes in where the program traps, not between two of its
// instructions: what depends on that is for the tests on a board.

#include "inside.h"

#include <cmrx/status.h>

#include <stdio.h>

uint64_t host_now = 1000000;
static uint64_t orders;
static struct host_thread *owner; // of the monitor

// ---- Who

// Who is in the monitor is as urgent as the first of those that wait for it.
static uint32_t urgency(const struct host_thread *t)
{
    uint32_t most = t->priority;

    for (uint32_t n = 0; t == owner && n < host_thread_count; n++) {
        const struct host_thread *other = &host_threads[n];

        if (other->state == HOST_QUEUED && other->priority > most)
            most = other->priority;
    }
    return most;
}

static bool goes_before(const struct host_thread *a,
                        const struct host_thread *b)
{
    if (b == NULL)
        return true;
    uint32_t of_a = urgency(a), of_b = urgency(b);
    return of_a > of_b || (of_a == of_b && a->order < b->order);
}

static struct host_thread *first_of(enum host_state state)
{
    struct host_thread *first = NULL;

    for (uint32_t n = 0; n < host_thread_count; n++) {
        struct host_thread *t = &host_threads[n];

        if (t->state == state && goes_before(t, first))
            first = t;
    }
    return first;
}

struct host_thread *host_waiter(const void *key, uint64_t before)
{
    struct host_thread *first = NULL;

    for (uint32_t n = 0; n < host_thread_count; n++) {
        struct host_thread *t = &host_threads[n];

        if (t->state == HOST_WAITING && t->key == key && t->order < before &&
            goes_before(t, first))
            first = t;
    }
    return first;
}

// ---- When

static _Noreturn void everyone_waits(void)
{
    static const char *const states[] = { "did not start", "is ready", "waits",
                                          "waits for the monitor",
                                          "has ended" };

    for (uint32_t n = 0; n < host_thread_count; n++) {
        const struct host_thread *t = &host_threads[n];

        fprintf(stderr, "  %s %s", t->name, states[t->state]);
        if (t->call != NULL)
            fprintf(stderr, " in %s.%s(), called at %s:%d", t->call->used->name,
                    t->call->method, t->call->at.file, t->call->at.line);
        fprintf(stderr, "\n");
    }
    host_fail_inside("everyone waits, for ever");
}

// When a thread that does not run goes on by itself. Who has waited comes back
// into the monitor, however late.
static uint64_t goes_on_at(const struct host_thread *t)
{
    uint64_t at = host_call_deadline(t);

    if (t->state == HOST_WAITING)
        return t->deadline < at ? t->deadline : at;
    return t->state == HOST_QUEUED && t->gives_up ? at : UINT64_MAX;
}

static void go_on(struct host_thread *t)
{
    if (t->state == HOST_QUEUED)
        host_make_ready(t); // without the monitor
    else if (host_call_deadline(t) <= host_now)
        host_end_wait(t, CMRX_CANCELLED);
    else
        host_end_wait(t, CMRX_TIMEOUT);
}

// To the first deadline: all that have it go on.
static void let_time_pass(void)
{
    uint64_t next = UINT64_MAX;

    for (uint32_t n = 0; n < host_thread_count; n++) {
        if (goes_on_at(&host_threads[n]) < next)
            next = goes_on_at(&host_threads[n]);
    }
    if (next == UINT64_MAX)
        everyone_waits();
    host_now = next;
    for (uint32_t n = 0; n < host_thread_count; n++) {
        struct host_thread *t = &host_threads[n];

        if (goes_on_at(t) <= host_now)
            go_on(t);
    }
}

void host_next(void)
{
    struct host_thread *me = host_running, *next;
    bool has_ended = me->state == HOST_ENDED;

    while ((next = first_of(HOST_READY)) == NULL)
        let_time_pass();
    if (next == me)
        return;
    host_running = next;
    sem_post(&next->turn);
    if (!has_ended)
        sem_wait(&me->turn);
}

void host_make_ready(struct host_thread *t)
{
    t->state = HOST_READY;
    t->order = ++orders;
}

void host_yield(void)
{
    host_make_ready(host_running);
    host_next();
}

// ---- The monitor

static void enter(struct host_thread *t)
{
    host_make_ready(t);
    if (owner == NULL)
        owner = t;
    else
        t->state = HOST_QUEUED;
}

static void leave(void)
{
    owner = first_of(HOST_QUEUED);
    if (owner != NULL)
        host_make_ready(owner);
}

bool host_enter_monitor(void)
{
    struct host_thread *me = host_running;
    uint64_t order = me->order;

    me->gives_up = true;
    enter(me);
    if (me->state == HOST_READY)
        me->order = order; // it has not lost its turn
    host_next();
    me->gives_up = false;
    return owner == me;
}

void host_leave_monitor(void)
{
    if (owner == host_running)
        leave();
}

// ---- Waiting

int32_t host_wait(const void *key, uint64_t deadline)
{
    struct host_thread *me = host_running;

    if (me->cancelled || host_call_deadline(me) <= host_now)
        return CMRX_CANCELLED;
    if (deadline <= host_now)
        return CMRX_TIMEOUT;
    me->state = HOST_WAITING;
    me->order = ++orders;
    me->key = key;
    me->deadline = deadline;
    me->reenters = owner == me && host_is_in_process(me);
    if (me->reenters)
        leave();
    host_next();
    return me->status;
}

void host_end_wait(struct host_thread *t, int32_t status)
{
    t->status = status;
    if (t->reenters)
        enter(t);
    else
        host_make_ready(t);
}

// One by one: whoever is more urgent runs before the next is woken, and who
// begins to wait meanwhile is not.
int32_t host_wake(const void *key, uint32_t count)
{
    uint64_t before = ++orders;
    int32_t woken = 0;
    struct host_thread *t;

    while ((uint32_t)woken < count && (t = host_waiter(key, before)) != NULL) {
        host_end_wait(t, CMRX_OK);
        woken++;
        host_next();
    }
    return woken;
}
