// user.h - what user code does, done by a test for the thread that runs.

#ifndef USER_H
#define USER_H

#include "system.h"

#define FOREVER UINT64_MAX

// What the thread that runs asks of the kernel. The thread must be able to
// get a reply; whether it got one, and which, says user_reply().
void user_trap(uint32_t word, uint32_t a, uint32_t b, uint32_t c, uint32_t d);

void user_call(unsigned import, unsigned method);
void user_call_until(unsigned import, unsigned method, uint64_t deadline);
void user_return(uint32_t low, uint32_t high);
void user_wait(uint32_t word, uint32_t value, uint64_t deadline);
void user_wake(uint32_t word, uint32_t count);
void user_post(uint32_t number, uint32_t bits);
void user_start(uint32_t number, uint32_t argument);
void user_exit(uint32_t result);
void user_join(uint32_t number, uint64_t deadline);
void user_priority(uint32_t priority);
void user_yield(void);
void user_control(uint32_t process, bool start);
void user_fault(void); // the process where it is loses its life

// The registers of a thread as it will see them when it runs.
struct cmrx_reply user_reply(unsigned thread);
struct port_frame *user_frame(unsigned thread);
uint64_t user_now(void); // from the clock of the fake, in microseconds

// Who runs makes the system calls that the kernel wants once more. user_trap()
// does, and user_pass().
void user_goes_on(void);

// Let time pass, alarms come when they are due.
void user_pass(uint64_t us);

// Short forms for tests.
unsigned user_running(void); // the number of the thread

#define assert_runs(thread) assert_int_equal(user_running(), thread)
#define assert_status(thread, expected)                                        \
    assert_int_equal(user_reply(thread).status, expected)
#define assert_inside(thread, process)                                         \
    assert_int_equal(process_index(threads[thread].inside), process)

#endif
