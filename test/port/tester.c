// tester.c - what any port must pass.
//
// Each case is a function that returns whether the fact in its name holds.

#include "tester.h"

struct cmrx_fault last_fault;

void victim_renew(void)
{
    uint32_t ignored;

    cmrx_process_restart(VICTIM);
    cmrx_call(&ignored, victim, count); // CMRX_STALE, or the first of all
}

bool one_fault(struct cmrx_fault *fault)
{
    return cmrx_fault_read(fault) == CMRX_OK && fault->lost == 0 &&
           cmrx_fault_read(&last_fault) == CMRX_BUSY;
}

// As many as there are at most.
#ifdef SMALL
static struct test_case all[80];
#else
static struct test_case all[88];
#endif

static uint32_t add(uint32_t n, const struct test_case *cases, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        all[n++] = cases[i];
    return n;
}

// All of its stack is its bound: the victim overflows it.
CMRX_THREAD(main, .stack = 2048, .bound = 2048, .priority = 10)
{
    uint32_t n = 0;

    n = add(n, call_cases, call_cases_count);
    n = add(n, memory_cases, memory_cases_count);
    n = add(n, fault_cases, fault_cases_count);
    n = add(n, time_cases, time_cases_count);
    n = add(n, deadline_cases, deadline_cases_count);
    n = add(n, words_cases, words_cases_count);
    test_run(all, n);
}
