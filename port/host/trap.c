// trap.c (host) - the system calls.

#include "inside.h"

#include <cmrx/status.h>
#include <cmrx/trap.h>

#define GRANULE 32u // of stacks; any that a board may have

typedef struct cmrx_reply (*handler)(uint32_t a, uint32_t b, uint32_t c,
                                     uint32_t d);

static struct cmrx_reply reply(int32_t status)
{
    return (struct cmrx_reply){ 0, 0, status };
}

static void *pointer(uint32_t word)
{
    return (void *)(uintptr_t)word;
}

static uint64_t both(uint32_t low, uint32_t high)
{
    return (uint64_t)high << 32 | low;
}

// ---- Answers

static struct cmrx_reply time_now(uint32_t a, uint32_t b, uint32_t c,
                                  uint32_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    return (struct cmrx_reply){ (uint32_t)host_now, (uint32_t)(host_now >> 32),
                                CMRX_OK };
}

static struct cmrx_reply stack_granule(uint32_t a, uint32_t b, uint32_t c,
                                       uint32_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    return (struct cmrx_reply){ GRANULE, 0, CMRX_OK };
}

static struct cmrx_reply caller_may(uint32_t address, uint32_t size,
                                    uint32_t write, uint32_t d)
{
    (void)d;
    bool may = host_caller_may(pointer(address), size, write != 0);
    return reply(may ? CMRX_OK : CMRX_DENIED);
}

static struct cmrx_reply caller(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    const struct host_thread *t = host_running;
    (void)a, (void)b, (void)c, (void)d;

    if (t->call == NULL)
        return reply(CMRX_INVALID);
    uint32_t who = host_is_in_process(t) ? t->from : HOST_THE_PROCESS;
    bool has_ended = t->cancelled && t->call->last == NULL;
    return (struct cmrx_reply){ who, has_ended, CMRX_OK };
}

static struct cmrx_reply interrupt_done(uint32_t number, uint32_t b, uint32_t c,
                                        uint32_t d)
{
    (void)b, (void)c, (void)d;
    return reply(host_interrupt_done(number));
}

// ---- Waiting

static struct cmrx_reply wait(uint32_t word, uint32_t equal, uint32_t low,
                              uint32_t high)
{
    const volatile uint32_t *at = pointer(word);

    if (word % 4 != 0)
        return reply(CMRX_INVALID);
    if (word != 0 && *at != equal)
        return reply(CMRX_CHANGED);
    return reply(host_wait(pointer(word), both(low, high)));
}

// For a mutex. That its owner has ended is not noticed.
static struct cmrx_reply wait_for_owner(uint32_t word, uint32_t equal,
                                        uint32_t low, uint32_t high)
{
    volatile uint32_t *at = pointer(word);

    if (word != 0 && word % 4 == 0 && *at == equal)
        *at = equal |= 1;
    return wait(word, equal, low, high);
}

static struct cmrx_reply wake(uint32_t word, uint32_t count, uint32_t c,
                              uint32_t d)
{
    (void)c, (void)d;
    if (word == 0 || word % 4 != 0)
        return reply(CMRX_INVALID);
    return (struct cmrx_reply){ (uint32_t)host_wake(pointer(word), count), 0,
                                CMRX_OK };
}

static struct cmrx_reply post(uint32_t event, uint32_t bits, uint32_t c,
                              uint32_t d)
{
    (void)c, (void)d;
    return reply(host_posted_to(pointer(event), bits));
}

// ---- Threads

static struct host_thread *home_thread(uint32_t number)
{
    if (number >= host_thread_count || !host_threads[number].is_home)
        return NULL;
    return &host_threads[number];
}

static struct cmrx_reply yield(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    host_yield();
    return reply(CMRX_OK);
}

static struct cmrx_reply thread_start(uint32_t number, uint32_t argument,
                                      uint32_t c, uint32_t d)
{
    struct host_thread *t = home_thread(number);
    (void)c, (void)d;

    if (t == NULL)
        return reply(CMRX_INVALID);
    if (t->state != HOST_DORMANT && t->state != HOST_ENDED)
        return reply(CMRX_BUSY);
    host_thread_start(t, argument);
    host_next();
    return reply(CMRX_OK);
}

static struct cmrx_reply thread_exit(uint32_t result, uint32_t b, uint32_t c,
                                     uint32_t d)
{
    (void)b, (void)c, (void)d;
    host_thread_end(result);
}

static struct cmrx_reply thread_join(uint32_t number, uint32_t b, uint32_t low,
                                     uint32_t high)
{
    const struct host_thread *t = home_thread(number);
    int32_t status = CMRX_OK;
    (void)b;

    if (t == NULL || t->state == HOST_DORMANT)
        return reply(CMRX_INVALID);
    if (t == host_running)
        return reply(CMRX_LOOP);
    if (t->state != HOST_ENDED) {
        if (host_waiter(t, UINT64_MAX) != NULL)
            return reply(CMRX_BUSY);
        status = host_wait(t, both(low, high));
    }
    return (struct cmrx_reply){ t->result, 0, status };
}

static struct cmrx_reply thread_priority(uint32_t priority, uint32_t b,
                                         uint32_t c, uint32_t d)
{
    struct host_thread *t = host_running;
    (void)b, (void)c, (void)d;

    if (t->call != NULL)
        return reply(CMRX_DENIED);
    if (priority == 0 || priority > t->declared)
        return reply(CMRX_INVALID);
    t->priority = priority;
    host_next();
    return reply(CMRX_OK);
}

// What control.h asks for does not come here: see control.c.
static const handler handlers[CMRX_SYS_COUNT] = {
    [CMRX_SYS_TIME] = time_now,
    [CMRX_SYS_STACK_GRANULE] = stack_granule,
    [CMRX_SYS_CALLER_MAY] = caller_may,
    [CMRX_SYS_CALLER] = caller,
    [CMRX_SYS_INTERRUPT_DONE] = interrupt_done,
    [CMRX_SYS_WAIT] = wait,
    [CMRX_SYS_WAKE] = wake,
    [CMRX_SYS_POST] = post,
    [CMRX_SYS_YIELD] = yield,
    [CMRX_SYS_THREAD_START] = thread_start,
    [CMRX_SYS_THREAD_EXIT] = thread_exit,
    [CMRX_SYS_THREAD_JOIN] = thread_join,
    [CMRX_SYS_THREAD_PRIORITY] = thread_priority,
};

struct cmrx_reply cmrx_trap(uint32_t word, uint32_t a, uint32_t b, uint32_t c,
                            uint32_t d)
{
    uint32_t number = word & 0xffu;

    if (number >= CMRX_SYS_COUNT || handlers[number] == NULL)
        host_fail_inside("%s makes system call %u, which the host has not",
                         host_running->name, number);
    if (word == (CMRX_SYS_WAIT | CMRX_WAIT_OWNER))
        return wait_for_owner(a, b, c, d);
    return handlers[number](a, b, c, d);
}
