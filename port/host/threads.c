// threads.c (host) - the threads of the program and of the test.

#include "inside.h"

#include <stdalign.h>
#include <string.h>
#include <unistd.h>

#define STACK_BYTES 262144u
#define PAGE        4096u

struct host_thread host_threads[HOST_THREADS];
uint32_t host_thread_count;
struct host_thread *host_running;

// Static: an address in it is a word, as the system calls want it.
static alignas(PAGE) char stacks[HOST_THREADS][STACK_BYTES];

struct host_thread *host_thread_add(const char *name,
                                    void (*entry)(uintptr_t argument),
                                    uint32_t priority)
{
    if (host_thread_count == HOST_THREADS)
        host_fail_inside("there are more than %u threads", HOST_THREADS);
    struct host_thread *t = &host_threads[host_thread_count++];

    *t = (struct host_thread){
        .name = name,
        .entry = entry,
        .from = HOST_THE_TEST,
        .declared = priority,
        .priority = priority,
    };
    sem_init(&t->turn, 0, 0);
    return t;
}

void host_has_thread(const char *name, void (*entry)(uintptr_t argument),
                     uint32_t priority, bool dormant, bool monitor)
{
    struct host_thread *t = host_thread_add(name, entry, priority);

    t->is_home = true;
    t->dormant = dormant;
    t->monitor = monitor;
}

uint32_t host_thread_number(const char *name)
{
    for (uint32_t n = 0; n < host_thread_count; n++) {
        if (host_threads[n].is_home && strcmp(host_threads[n].name, name) == 0)
            return n;
    }
    return HOST_THREADS;
}

static void *run(void *argument)
{
    struct host_thread *t = argument;

    sem_wait(&t->turn);
    if (t->monitor)
        host_enter_monitor();
    t->entry(t->argument);
    host_thread_end(0);
}

void host_thread_start(struct host_thread *t, uintptr_t argument)
{
    pthread_attr_t attributes;

    if (t->state == HOST_ENDED)
        pthread_join(t->thread, NULL); // its stack is free then
    t->argument = argument;
    t->priority = t->declared;
    t->call = NULL;
    pthread_attr_init(&attributes);
    pthread_attr_setstack(&attributes, stacks[t - host_threads], STACK_BYTES);
    if (pthread_create(&t->thread, &attributes, run, t) != 0)
        host_fail_inside("the host has no thread for %s", t->name);
    host_make_ready(t);
}

void host_thread_end(uint32_t result)
{
    struct host_thread *t = host_running;

    if (t->call != NULL)
        host_fail(t->call->at, "%s ends while it is in %s.%s()", t->name,
                  t->call->used->name, t->call->method);
    t->result = result;
    host_leave_monitor();
    t->state = HOST_ENDED;
    // Not host_wake(): this one may not lose its turn before it is gone.
    struct host_thread *joiner = host_waiter(t, UINT64_MAX);
    if (joiner != NULL)
        host_end_wait(joiner, 0);
    host_next();
    pthread_exit(NULL);
}

void host_begin(struct host_thread *first)
{
    host_thread_start(first, 0);
    host_running = first;
    sem_post(&first->turn);
    for (;;)
        pause(); // the test ends the process of the host
}
