// host.h - between the words of a program and the harness; not for tests.

#ifndef CMRX_HOST_H
#define CMRX_HOST_H

#include <stdbool.h>
#include <stdint.h>

// ---- What a program says of itself, before main()

struct host_provided {
    const char *name, *type;
    const void *methods, *self;
    uint32_t reentrant;
    struct host_provided *next;
};

// A service that the program, or the test, calls. Without a provider in the
// program, `methods` are fakes of the test.
struct host_used {
    const char *name, *type;
    void *methods;
    uint32_t size;               // bytes of methods; 0: not told yet
    const void *self;            // first argument of each method
    struct host_provided *by;    // NULL: fakes
    struct host_answer *answers; // of all its methods, in order
    struct host_tally *tallies;  // a method each: how often called
    struct host_used *next;
};

void host_has_thread(const char *name, void (*entry)(uintptr_t argument),
                     uint32_t priority, bool dormant, bool monitor);
void host_has_provided(struct host_provided *provided);
void host_has_used(struct host_used *used, const char *type, uint32_t size);
void host_has_event(const char *name, volatile uint32_t *word);
void host_has_post(const char *event);
void host_has_interrupt(const char *name, volatile uint32_t *word,
                        uint32_t bits);

uint32_t host_thread_number(const char *name);
uint32_t host_interrupt_number(const char *name);

// ---- Calls

struct host_place {
    const char *file;
    int line;
};

#define HOST_HERE ((struct host_place){ __FILE__, __LINE__ })

struct host_call {
    struct host_used *used;
    const char *method;
    bool is_there; // the table has such a method
    struct host_place at;
    struct host_with {
        const void *lent;
        uint32_t lent_size;
        uint64_t deadline;
    } with;
    void *result; // where an answer is put
    uint32_t result_size;
    bool enters;            // by host_call_begin(): the method is to run
    struct host_call *last; // the one it was made in
};

// Enter the method (call->enters), or tell what became of the call without it.
int32_t host_call_begin(struct host_call *call);
int32_t host_call_end(struct host_call *call);

// ---- Failing

_Noreturn void host_fail(struct host_place at, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
