// tester.c - what any port must pass.
//
// Each case is a function that returns whether the fact in its name holds.

#include "tester.h"

#include "machine.h"

#define STACK 2048u

struct cmrx_fault last_fault;
uint8_t *stack_end;

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

// All of its stack is its bound: the victim overflows it.
CMRX_THREAD(main, .stack = STACK, .bound = STACK, .priority = 10)
{
    // A little of it is in use.
    stack_end = (uint8_t *)(((uintptr_t)machine_stack() + 31) & ~31u) - STACK;
    test_some(call_cases, call_cases_count);
    test_some(memory_cases, memory_cases_count);
    test_some(fault_cases, fault_cases_count);
    test_some(time_cases, time_cases_count);
    test_some(deadline_cases, deadline_cases_count);
    test_some(words_cases, words_cases_count);
    test_some(more_cases, more_cases_count);
    test_end();
}
