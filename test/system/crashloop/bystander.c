// bystander.c - keeps its rhythm beside a process that crashes at once each
// time it is started, at the highest priority, with the kernel's own policy.

#include "report.h"

enum { BYSTANDER, CRASHER };

static struct cmrx_process_status status;

static bool rhythm_is_kept(void)
{
    uint64_t next = cmrx_time_now();

    for (unsigned i = 0; i < 300; i++) {
        next += 10000;
        cmrx_sleep_until(next);
        if (cmrx_time_now() - next > 1000)
            return false;
    }
    return true;
}

static bool crasher_is_started_again_ever_less_often(void)
{
    cmrx_process_status(CRASHER, &status);
    return status.faults > 8 && status.faults < 20 &&
           status.state == CMRX_PROCESS_BACKOFF;
}

static const struct test_case cases[] = {
    { "rhythm_is_kept", rhythm_is_kept },
    { "crasher_is_started_again_ever_less_often",
      crasher_is_started_again_ever_less_often },
};

// It calls the tests through pointers; the most that one of them needs, with
// what it lends.
CMRX_STACK_BOUND(test_run, 136);

CMRX_THREAD(main, .stack = 512, .priority = 4)
{
    test_run(cases, 2);
}
