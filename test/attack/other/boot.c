// boot.c - a start is a start, whatever lies in RAM before it.

#include "report.h"
#include "machine.h"

static uint32_t data = 0xda7a, zero[16];
CMRX_SHARED static uint32_t shared[16];
static struct cmrx_fault fault;

static bool all_zero(const volatile uint32_t *word, uint32_t count)
{
    uint32_t sum = 0;

    while (count-- > 0)
        sum |= *word++;
    return sum == 0;
}

static bool no_fault_is_recorded(void)
{
    return cmrx_fault_read(&fault) == CMRX_BUSY;
}

static bool memory_is_as_declared(void)
{
    return data == 0xda7a && all_zero(zero, 16) && all_zero(shared, 16) &&
           all_zero((const uint32_t *)&fault, sizeof fault / 4);
}

static bool stack_below_is_zero(void)
{
    const volatile uint32_t *here;

    here = machine_stack();
    return all_zero(here - 64, 24);
}

static bool all_are_in_their_first_life(void)
{
    struct cmrx_process_status status;

    for (uint32_t p = 0; p < 3; p++)
        if (cmrx_process_status(p, &status) != CMRX_OK ||
            status.generation != 1 || status.faults != 0 ||
            status.state != CMRX_PROCESS_RUNNING)
            return false;
    return true;
}

// The clock begins at 0, and runs.
static bool time_is_sound(void)
{
    uint64_t now = cmrx_time_now();

    return now < 100000 && cmrx_sleep_until(now + 1000) == CMRX_OK &&
           cmrx_time_now() - now < 1100;
}

static const struct test_case cases[] = {
    { "stack_below_is_zero", stack_below_is_zero },
    { "no_fault_is_recorded", no_fault_is_recorded },
    { "memory_is_as_declared", memory_is_as_declared },
    { "all_are_in_their_first_life", all_are_in_their_first_life },
    { "time_is_sound", time_is_sound },
};

// It calls the tests through pointers; the most that one of them needs, with
// what it lends.
CMRX_STACK_BOUND(test_run, 144);

CMRX_THREAD(main, .stack = 1024, .priority = 10)
{
    test_run(cases, sizeof cases / sizeof *cases);
}
