// test_memory.c - what a callee can reach of its caller, and what not.

#include "tester.h"
#include "machine.h"
#include "processor.h"

// QEMU's model of the board swallows bus errors.
#ifndef BUS_ERRORS_ARE_LOST
#define BUS_ERRORS_ARE_LOST 0
#endif

CMRX_SHARED static uint32_t shared[4];
CMRX_PUBLIC static const uint32_t public_constant = 0x9b11c;
static uint32_t private_data[4] = { 0x5ec2e7 };
static const uint32_t private_constant = 0x5ec2e7;

static bool callee_reads(const uint32_t *address, uint32_t *value)
{
    return cmrx_call(value, victim, read, address) == CMRX_OK;
}

// A process that tried what it may not is dead and recorded; make it new.
static bool dies(enum cmrx_status status)
{
    bool recorded = one_fault(&last_fault) && last_fault.process == VICTIM;

    victim_renew();
    return status == CMRX_DEAD && recorded;
}

static bool dies_reading(const void *address)
{
    uint32_t value;

    return dies(cmrx_call(&value, victim, read, address)) &&
           last_fault.address == (uint32_t)(uintptr_t)address;
}

static bool dies_writing(void *address)
{
    return dies(cmrx_call(NULL, victim, write, address, 1)) &&
           last_fault.address == (uint32_t)(uintptr_t)address;
}

static bool shared_is_lent(void)
{
    uint32_t value = 0;

    shared[1] = 42;
    return callee_reads(&shared[1], &value) && value == 42 &&
           cmrx_call(NULL, victim, write, &shared[1], 43) == CMRX_OK &&
           shared[1] == 43;
}

// A thread of the callee's own gets nothing of what the visitor has lent.
static bool own_thread_dies(int32_t status)
{
    bool ok = status == CMRX_DEAD && one_fault(&last_fault) &&
              last_fault.process == VICTIM &&
              last_fault.kind == CMRX_FAULT_ACCESS && last_fault.depth == 0;

    victim_renew();
    return ok;
}

static bool shared_is_lent_to_the_visiting_thread_only(void)
{
    return own_thread_dies(cmrx_call(NULL, victim, look, shared)) &&
           last_fault.address == (uint32_t)(uintptr_t)shared &&
           own_thread_dies(cmrx_call(NULL, victim, watch, shared)) &&
           last_fault.address == (uint32_t)(uintptr_t)shared;
}

// Nor of what the process between has lent.
static bool shared_is_lent_to_the_visiting_thread_only_at_depth_two(void)
{
    int32_t status = 1;
    bool ok = true;

    for (uint32_t waiting = 0; waiting < 2; waiting++) {
        cmrx_call(&status, middle, commit, DEED_NOTHING); // it was restarted
        ok = cmrx_call(&status, middle, show, waiting) == CMRX_OK &&
             own_thread_dies(status) && ok;
    }
    cmrx_call(&status, middle, commit, DEED_NOTHING);
    return ok;
}

static bool shared_of_the_origin_is_lent_at_depth_two(void)
{
    int32_t status = 1;

    return cmrx_call(&status, middle, read, shared) == CMRX_OK &&
           status == CMRX_OK &&
           cmrx_call(&status, middle, read_later, shared) == CMRX_OK &&
           status == CMRX_OK;
}

static bool shared_of_the_one_between_is_lent_at_depth_two(void)
{
    int32_t status = 1;

    return cmrx_call(&status, middle, lend, 0x1e4d) == CMRX_OK &&
           status == CMRX_OK;
}

// Depth two is above, and middle.c: of the origin, and of the one between.
static bool shared_is_lent_to_who_has_slept(void)
{
    uint32_t value = 0;

    shared[3] = SECRET;
    return cmrx_call(&value, victim, read_later, &shared[3]) == CMRX_OK &&
           value == SECRET;
}

static bool shared_is_lent_again_when_a_callee_has_returned(void)
{
    int32_t status = 1;

    shared[2] = SECRET;
    return cmrx_call(&status, middle, read_after, &shared[2]) == CMRX_OK &&
           status == CMRX_OK;
}

static bool private_data_is_not_lent(void)
{
    return dies_reading(private_data) && dies_writing(private_data) &&
           private_data[0] == 0x5ec2e7;
}

static bool private_constants_are_private(void)
{
    return dies_reading(&private_constant);
}

static bool public_constants_can_be_read_not_written(void)
{
    uint32_t value = 0;

    return callee_reads(&public_constant, &value) && value == 0x9b11c &&
           dies_writing((void *)(uintptr_t)&public_constant);
}

static bool frames_of_the_caller_are_hidden(void)
{
    volatile uint32_t local = 7;

    return dies_reading((const void *)(uintptr_t)&local) &&
           dies_writing((void *)(uintptr_t)&local) && local == 7;
}

static bool frames_of_the_caller_are_hidden_from_who_has_slept(void)
{
    volatile uint32_t local = 7;
    const uint32_t *at = (const uint32_t *)(uintptr_t)&local;
    uint32_t value;

    return dies(cmrx_call(&value, victim, read_later, at)) &&
           last_fault.address == (uint32_t)(uintptr_t)at;
}

static bool lent_object_and_nothing_above_it(void)
{
    CMRX_LENT(uint32_t, lent);
    uint32_t value = 0;
    bool ok;

    *lent = 5;
    ok = cmrx_call_lending(lent, &value, victim, read, lent) == CMRX_OK &&
         value == 5 &&
         cmrx_call_lending(lent, NULL, victim, write, lent, 6) == CMRX_OK &&
         *lent == 6;
    // An object of 8 bytes ends at the cut.
    return ok && dies(cmrx_call_lending(lent, &value, victim, read, lent + 2));
}

struct large {
    uint32_t words[100];
};

static bool large_lent_object(void)
{
    CMRX_LENT(struct large, lent);
    uint32_t value = 0;

    lent->words[99] = 1234;
    return cmrx_call_lending(lent, &value, victim, read, &lent->words[99]) ==
               CMRX_OK &&
           value == 1234;
}

static bool may(const void *address, uint32_t size, uint32_t write)
{
    bool may = false;

    cmrx_call(&may, victim, may, address, size, write);
    return may;
}

static bool rights_of_the_caller_are_told_rightly(void)
{
    void *own = NULL;
    uintptr_t before = (uintptr_t)shared - 1;

    cmrx_call(&own, victim, own);
    return may(shared, sizeof shared, 1) && may(shared, 1, 0) &&
           may(&public_constant, 4, 0) && !may(&public_constant, 4, 1) &&
           !may(private_data, 4, 0) && !may(own, 4, 0) && !may(shared, 0, 0) &&
           !may(shared, UINT32_MAX, 1) && !may((const void *)before, 2, 0) &&
           !may(NULL, 1, 0);
}

static bool code_of_another_is_not_executable(void)
{
    return dies(cmrx_call(
               NULL, victim, execute,
               (uint32_t)(uintptr_t)&lent_object_and_nothing_above_it)) &&
           last_fault.kind == CMRX_FAULT_EXECUTE;
}

static bool data_is_not_executable(void)
{
    void *own = NULL;

    cmrx_call(&own, victim, own);
    return dies(cmrx_call(NULL, victim, execute,
                          (uint32_t)(uintptr_t)own | 1u)) &&
           last_fault.kind == CMRX_FAULT_EXECUTE;
}

static bool null_and_the_kernel_are_out_of_reach(void)
{
    return dies_reading(NULL) && dies_writing(NULL) &&
           dies_reading((void *)MACHINE_KERNEL) &&
           dies_writing((void *)MACHINE_KERNEL);
}

static bool interrupts_are_not_a_programs_to_make(void)
{
    return BUS_ERRORS_ARE_LOST || dies_writing((void *)PROBE_REGISTER);
}

const struct test_case memory_cases[] = {
    CASE(shared_is_lent),
    CASE(shared_of_the_origin_is_lent_at_depth_two),
    CASE(shared_of_the_one_between_is_lent_at_depth_two),
    CASE(shared_is_lent_to_who_has_slept),
    CASE(shared_is_lent_again_when_a_callee_has_returned),
    CASE(shared_is_lent_to_the_visiting_thread_only),
    CASE(shared_is_lent_to_the_visiting_thread_only_at_depth_two),
    CASE(private_data_is_not_lent),
    CASE(private_constants_are_private),
    CASE(public_constants_can_be_read_not_written),
    CASE(frames_of_the_caller_are_hidden),
    CASE(frames_of_the_caller_are_hidden_from_who_has_slept),
    CASE(lent_object_and_nothing_above_it),
    CASE(large_lent_object),
    CASE(rights_of_the_caller_are_told_rightly),
    CASE(code_of_another_is_not_executable),
    CASE(data_is_not_executable),
    CASE(null_and_the_kernel_are_out_of_reach),
    CASE(interrupts_are_not_a_programs_to_make),
};
const uint32_t memory_cases_count =
    sizeof memory_cases / sizeof memory_cases[0];
