// tester.c - the processor's limit stops it, where protection would not.

#include "limit.h"
#include "report.h"

CMRX_USE(struct offender, offender);

static struct cmrx_fault record;

static bool memory_of_its_own_is_below_the_stack(void)
{
    int32_t status = CMRX_INVALID;

    return cmrx_call(&status, offender, begin, LOOK) == CMRX_OK &&
           status == CMRX_OK && cmrx_fault_read(&record) == CMRX_BUSY;
}

static bool is_stopped(uint32_t what)
{
    enum cmrx_status status = cmrx_call(NULL, offender, begin, what);
    bool is = status == CMRX_DEAD && cmrx_fault_read(&record) == CMRX_OK &&
              record.process == OFFENDER && record.depth == 0 &&
              record.kind == CMRX_FAULT_STACK && record.lost == 0;

    return cmrx_process_restart(OFFENDER) == CMRX_OK && is;
}

static bool frame_of_a_system_call_is_stopped(void)
{
    return is_stopped(TRAP) && record.flags == 0;
}

static bool frame_of_another_fault_is_stopped(void)
{
    return is_stopped(UNDEFINED) && record.flags == 0;
}

static bool push_is_stopped(void)
{
    return is_stopped(PUSH);
}

#define CASE(name)                                                             \
    {                                                                          \
#name, name                                                            \
    }

static const struct test_case cases[] = {
    CASE(memory_of_its_own_is_below_the_stack),
    CASE(frame_of_a_system_call_is_stopped),
    CASE(frame_of_another_fault_is_stopped),
    CASE(push_is_stopped),
};

CMRX_STACK_BOUND(test_run, 512);

CMRX_THREAD(main, .stack = 2048, .priority = 10)
{
    test_run(cases, sizeof cases / sizeof *cases);
}
