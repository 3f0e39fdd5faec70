// supervisor.c - a supervisor that faults, more than once: the system is reset
// each time, and what happened is known after that.

#include "report.h"
#include "machine.h"

enum { SUPERVISOR };

#define LIVES 4u

CMRX_EVENT(fault);

static struct cmrx_fault record;

static void die(void)
{
    machine_undefined();
}

// Not the supervisor alone was started anew, but everything.
static bool all_is_new(void)
{
    struct cmrx_process_status status;

    for (uint32_t p = 0; p < 3; p++)
        if (cmrx_process_status(p, &status) != CMRX_OK ||
            status.generation != 1 || status.faults != 0)
            return false;
    return true;
}

static bool each_fault_of_the_supervisor_is_a_recorded_reset(void)
{
    enum cmrx_status status = cmrx_fault_read(&record);

    if (status == CMRX_BUSY)
        die();
    if (status != CMRX_OK || record.process != SUPERVISOR ||
        record.kind != CMRX_FAULT_INSTRUCTION || record.lost != 0 ||
        !all_is_new())
        return false;
    if (record.sequence < LIVES)
        die();
    return record.sequence == LIVES && fault == 0;
}

static const struct test_case cases[] = {
    { "each_fault_of_the_supervisor_is_a_recorded_reset",
      each_fault_of_the_supervisor_is_a_recorded_reset },
};

// It calls the tests through pointers; the most that one of them needs, with
// what it lends.
CMRX_STACK_BOUND(test_run, 144);

CMRX_THREAD(main, .stack = 512, .priority = 10)
{
    test_run(cases, 1);
}
