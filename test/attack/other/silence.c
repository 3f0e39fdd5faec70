// silence.c - a driver ends whose device has no clock any more: the kernel's stores
// that were to silence it are refused, and that is all.

#include "silence.h"
#include "report.h"
#include "machine.h"

CMRX_USE(struct mute, mute);

static struct cmrx_fault record;

static const uint8_t kinds[DEATHS] = {
    [BY_INSTRUCTION] = CMRX_FAULT_INSTRUCTION,
    [BY_BREAKPOINT] = CMRX_FAULT_BREAKPOINT,
    [BY_DEVICE] = MACHINE_REFUSED_KIND,
};

static uint32_t silenced(void)
{
    uint32_t found = 0;
    enum cmrx_status status = CMRX_DEAD;

    for (int i = 0; i < 100 && status != CMRX_OK; i++) {
        status = cmrx_call(&found, mute, silenced);
        cmrx_sleep_until(cmrx_time_now() + 20000);
    }
    return status == CMRX_OK ? found : UINT32_MAX;
}

// The record is of that death, not of what came behind it.
static bool is_recorded(enum death how)
{
    return cmrx_fault_read(&record) == CMRX_OK && record.process == MUTE &&
           record.kind == kinds[how] && record.lost == 0 &&
           cmrx_fault_read(&record) == CMRX_BUSY;
}

static bool ends(enum death how)
{
    silenced();
    enum cmrx_status status = cmrx_call(NULL, mute, die, how);

    return status == CMRX_DEAD && is_recorded(how) && silenced() == SILENCES;
}

static bool a_device_that_does_not_answer_is_silenced_behind_a_fault(void)
{
    return ends(BY_INSTRUCTION);
}

static bool and_behind_the_fault_that_it_made_itself(void)
{
    return ends(BY_DEVICE) && ends(BY_INSTRUCTION);
}

static bool and_behind_a_breakpoint(void)
{
    return ends(BY_BREAKPOINT) && ends(BY_INSTRUCTION);
}

static bool and_in_a_system_call(void)
{
    silenced();
    return cmrx_process_restart(MUTE) == CMRX_OK && silenced() == SILENCES &&
           cmrx_fault_read(&record) == CMRX_BUSY && ends(BY_INSTRUCTION);
}

static const struct test_case cases[] = {
    { "a_device_that_does_not_answer_is_silenced_behind_a_fault",
      a_device_that_does_not_answer_is_silenced_behind_a_fault },
    { "and_behind_the_fault_that_it_made_itself",
      and_behind_the_fault_that_it_made_itself },
    { "and_in_a_system_call", and_in_a_system_call },
    { "and_behind_a_breakpoint", and_behind_a_breakpoint },
};

// It calls the tests through pointers; the most that one of them needs, with
// what it lends.
CMRX_STACK_BOUND(test_run, 144);

CMRX_THREAD(main, .stack = 1024, .priority = 10)
{
    test_run(cases, sizeof cases / sizeof cases[0]);
}
