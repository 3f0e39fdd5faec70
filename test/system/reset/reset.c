// reset.c - a fault record that nobody has read is there after a warm reset.
//
// The first life makes a process fault and resets; the second finds the record.

#include "report.h"
#include "machine.h"

enum { TESTER, WRONGDOER };

static struct cmrx_fault fault;

static bool record_survives_a_warm_reset(void)
{
    enum cmrx_status status = cmrx_fault_read(&fault);

    if (status == CMRX_BUSY) {
        cmrx_sleep_until(cmrx_time_now() + 2000); // let it do wrong
        cmrx_system_reset();
    }
    return status == CMRX_OK && fault.process == WRONGDOER &&
           fault.kind == CMRX_FAULT_ACCESS && fault.address == MACHINE_KERNEL &&
           (fault.flags & CMRX_FAULT_HAS_FRAME) != 0 && fault.pc != 0;
}

static const struct test_case cases[] = {
    { "record_survives_a_warm_reset", record_survives_a_warm_reset },
};

// It calls the tests through pointers; the most that one of them needs, with
// what it lends.
CMRX_STACK_BOUND(test_run, 144);

CMRX_THREAD(main, .stack = 512, .priority = 10)
{
    test_run(cases, 1);
}
