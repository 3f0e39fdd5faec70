// test.h - testing one process alone, on the host.
//
// A test stands where all other processes stand. It calls the services of the
// process with CMRX_USE and cmrx_call(), as a client does, and it answers the
// calls that the process makes. See doc/tutorial/testing.md.
//
// Threads are as urgent as they were declared; the test is less urgent than all
// of them. So what the test makes ready runs at once, and when the test goes on,
// every thread of the process waits. The clock moves only when everyone waits:
// to the next deadline. Each test has a fresh process.

#ifndef CMRX_TEST_H
#define CMRX_TEST_H

#include <cmrx/cmrx.h>
#include <cmrx/host.h>

#include <string.h>

// CMRX_TEST(an_unknown_channel_is_refused) { body }
#define CMRX_TEST(name)                                                        \
    static void cmrx_test_##name(uintptr_t);                                   \
    CMRX_HOST_FIRST(cmrx_first_test_##name)                                    \
    {                                                                          \
        host_has_test(#name, cmrx_test_##name);                                \
    }                                                                          \
    static void cmrx_test_##name(__attribute__((unused)) uintptr_t argument)

// Start the threads of the process that are not dormant. They run until they
// wait. What they call must have been scripted before.
void cmrx_test_start(void);

// ---- Checks; each ends the test when it fails

#define cmrx_check(condition)                                                  \
    ((condition) ? (void)0                                                     \
                 : host_fail(HOST_HERE, "it is not so: %s", #condition))

#define cmrx_check_equal(got, expected)                                        \
    host_check_equal(HOST_HERE, #got, (int64_t)(got), (int64_t)(expected))

#define cmrx_check_text(got, expected)                                         \
    host_check_text(HOST_HERE, #got, got, expected)

// ---- Used services: what the process calls

// Let `function`, which has the type of the method, be the method. It runs on
// the thread that called and may wait, and ask cmrx_caller_may_write(): the
// caller is the process. NULL: nobody answers any more.
#define cmrx_fake(service, method, function)                                   \
    ((void)((service).interface->method = (function)))

// Let the next call of the method return `value`, an integer; and the one after
// that what is said next. All must have been asked for when the test ends.
#define cmrx_fake_answer(service, method, value)                               \
    cmrx_fake_reply(service, method, CMRX_OK, value)

// Let the next call end with `status`, such as CMRX_DEAD, and no value.
#define cmrx_fake_status(service, method, status)                              \
    cmrx_fake_reply(service, method, status, 0)

#define cmrx_fake_reply(service, method, status, value)                        \
    ((void)sizeof((service).interface->method),                                \
     host_fake_reply((service).used, #method, HOST_HERE, status,               \
                     (uint64_t)(value)))

// How often the method was called.
#define cmrx_fake_calls(service, method)                                       \
    ((void)sizeof((service).interface->method),                                \
     host_fake_calls((service).used, #method))

// ---- Rights: what the process asks of the kernel with control.h. What is not
// set fails the test when it is asked for.

struct cmrx_fake_control {
    enum cmrx_status (*process_restart)(uint32_t id);
    enum cmrx_status (*process_stop)(uint32_t id);
    enum cmrx_status (*process_status)(uint32_t id,
                                       struct cmrx_process_status *status);
    enum cmrx_status (*thread_status)(uint32_t id,
                                      struct cmrx_thread_status *status);
    enum cmrx_status (*fault_read)(struct cmrx_fault *fault);
    enum cmrx_status (*system_reset)(void);
    enum cmrx_status (*system_halt)(uint32_t result);
};

extern struct cmrx_fake_control cmrx_fake_control;

// ---- Events and interrupts

// Post to an event that the process publishes.
#define cmrx_test_post(event, bits) host_post(HOST_HERE, #event, bits)

// The bits that the process has posted to an event of another since this was
// asked the last time.
#define cmrx_test_posted(event)     host_posted(HOST_HERE, event)

// The device interrupts. Masked, it comes when the process says
// cmrx_interrupt_done().
#define cmrx_test_interrupt(name)   host_interrupt(HOST_HERE, #name)

// Is it masked? As at the start, and after each occurrence.
#define cmrx_test_is_masked(name)   host_interrupt_is_masked(HOST_HERE, #name)

// ---- Other visitors

// Start `function` beside the test: a thread of another process that is as
// urgent as `priority` says, and may call the services of the process.
struct host_thread *cmrx_test_thread(const char *name,
                                     void (*function)(uintptr_t argument),
                                     uintptr_t argument, uint32_t priority);

// From now on the thread of the test that runs is one of the process with that
// number: so cmrx_caller() says where it visits. 1 before; the process has 0.
void cmrx_test_as(uint32_t process);

// Has it returned?
bool cmrx_test_has_ended(const struct host_thread *thread);

// Its process has ended: its waits, this one and all others, are cancelled.
void cmrx_test_cancel(struct host_thread *thread);

// ---- How it works

void host_has_test(const char *name, void (*body)(uintptr_t argument));
void host_check_equal(struct host_place at, const char *what, int64_t got,
                      int64_t expected);
void host_check_text(struct host_place at, const char *what, const char *got,
                     const char *expected);
void host_fake_reply(struct host_used *used, const char *method,
                     struct host_place at, int32_t status, uint64_t value);
uint32_t host_fake_calls(const struct host_used *used, const char *method);
void host_post(struct host_place at, const char *event, uint32_t bits);
uint32_t host_posted(struct host_place at, const char *event);
void host_interrupt(struct host_place at, const char *name);
bool host_interrupt_is_masked(struct host_place at, const char *name);

#endif
