// inside.h (host) - what the files of the harness know of each other.
//
// Threads of the program, and those of the test, are threads of the host, of
// which exactly one runs: `host_running`. It gives the turn away in host_next()
// only. So nothing here needs a lock, and a run is the same each time.

#ifndef HOST_INSIDE_H
#define HOST_INSIDE_H

#include <cmrx/host.h>

#include <pthread.h>
#include <semaphore.h>

#define HOST_THREADS 24u

// For cmrx_caller().
enum { HOST_THE_PROCESS, HOST_THE_TEST };

enum host_state {
    HOST_DORMANT, // never started
    HOST_READY,
    HOST_WAITING, // for key or deadline
    HOST_QUEUED,  // for the monitor
    HOST_ENDED,
};

struct host_thread {
    const char *name;
    void (*entry)(uintptr_t argument);
    uintptr_t argument;
    bool is_home;  // a thread of the process; otherwise of the test
    uint32_t from; // that process, for cmrx_caller(): see cmrx_test_as()
    bool dormant, monitor;
    uint32_t declared, priority;
    enum host_state state;
    uint64_t order;  // by which those of the same priority go
    const void *key; // word, or thread that is joined; NULL: the time
    uint64_t deadline;
    bool reenters; // the monitor, when it has waited
    bool gives_up; // the queue, at the deadline of a call
    bool cancelled;
    int32_t status; // of the wait, when it is over
    uint32_t result;
    struct host_call *call; // the innermost it is in
    sem_t turn;
    pthread_t thread;
};

extern struct host_thread host_threads[HOST_THREADS];
extern uint32_t host_thread_count;
extern struct host_thread *host_running;
extern uint64_t host_now;

// ---- threads.c

// A new one, dormant.
struct host_thread *host_thread_add(const char *name,
                                    void (*entry)(uintptr_t argument),
                                    uint32_t priority);
void host_thread_start(struct host_thread *thread, uintptr_t argument);
_Noreturn void host_thread_end(uint32_t result);
// The first thread of the test, which ends the process of the host.
_Noreturn void host_begin(struct host_thread *first);

// ---- schedule.c

// Give the turn to the most urgent that is ready; let time pass if none is.
void host_next(void);
void host_make_ready(struct host_thread *thread);
// The running thread waits; returns how that ended.
int32_t host_wait(const void *key, uint64_t deadline);
void host_end_wait(struct host_thread *thread, int32_t status);
// The most urgent that has waited for `key` since before `order`, or NULL.
struct host_thread *host_waiter(const void *key, uint64_t before);
int32_t host_wake(const void *key, uint32_t count);
void host_yield(void);
// False when the deadline of a call that it is in passes while it queues.
bool host_enter_monitor(void);
void host_leave_monitor(void);

// ---- service.c

// Is the thread in code of the process, and not of the test?
bool host_is_in_process(const struct host_thread *thread);
bool host_caller_may(const void *address, uint32_t size, bool write);
// The first of all calls that the thread is in.
uint64_t host_call_deadline(const struct host_thread *thread);
void host_link(void);
// Fails the test when an answer was not asked for.
void host_all_were_asked(void);

// ---- events.c

int32_t host_posted_to(const char *event, uint32_t bits);
int32_t host_interrupt_done(uint32_t number);

// ---- test.c

extern const char *host_test_name;
// Where nobody knows: says the stack instead.
_Noreturn void host_fail_inside(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
