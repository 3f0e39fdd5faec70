// control.c (host) - what a process with rights asks of the kernel, asked of the
// test. In place of lib/control.c.

#include "inside.h"

#include <cmrx/test.h>

struct cmrx_fake_control cmrx_fake_control;

// `what` with those arguments, if the test has an answer.
#define ASK(what, arguments)                                                   \
    if (cmrx_fake_control.what == NULL)                                        \
        host_fail_inside("%s calls cmrx_" #what "(), and the test does not "   \
                         "answer: cmrx_fake_control." #what,                   \
                         host_running->name);                                  \
    return cmrx_fake_control.what arguments

enum cmrx_status cmrx_process_restart(uint32_t id)
{
    ASK(process_restart, (id));
}

enum cmrx_status cmrx_process_stop(uint32_t id)
{
    ASK(process_stop, (id));
}

enum cmrx_status cmrx_process_status(uint32_t id,
                                     struct cmrx_process_status *status)
{
    ASK(process_status, (id, status));
}

enum cmrx_status cmrx_thread_status(uint32_t id,
                                    struct cmrx_thread_status *status)
{
    ASK(thread_status, (id, status));
}

enum cmrx_status cmrx_fault_read(struct cmrx_fault *fault)
{
    ASK(fault_read, (fault));
}

enum cmrx_status cmrx_system_reset(void)
{
    ASK(system_reset, ());
}

enum cmrx_status cmrx_system_halt(uint32_t result)
{
    ASK(system_halt, (result));
}
