// tester.c - floating point registers are seen by nobody else, and lost by nobody.

#include "registers.h"
#include "relay.h"
#include "report.h"

// Numbers as in cmrx_system(PROCESSES ...).
enum { TESTER, VICTIM, PLAIN };

CMRX_USE(struct relay, next_user);
CMRX_USE(struct relay, next_plain);
CMRX_USE(struct home, home);
CMRX_USE(struct home, rival);
CMRX_USE(struct victim, victim);
CMRX_USE(struct plain, plain);
CMRX_POSTS(nudge);
CMRX_POSTS(offend);
CMRX_POSTS(pair);

#define TAG (TAG_TESTER << 16)

static uint32_t seen[FLOAT_WORDS], others[FLOAT_WORDS];
static struct cmrx_fault fault;

static bool faulted(uint32_t kind, uint32_t process)
{
    return cmrx_fault_read(&fault) == CMRX_OK && fault.kind == kind &&
           fault.process == process && fault.lost == 0;
}

// After a fault: as after the start, and the caller knows it.
static void renew(uint32_t process)
{
    cmrx_process_restart(process);
    if (process == VICTIM)
        cmrx_call(NULL, victim, half_of, 0);
    else
        cmrx_call(NULL, plain, run);
}

static bool intact(uint32_t tag)
{
    registers_look(seen);
    return registers_are(seen, tag);
}

static bool arithmetic_is_right(void)
{
    volatile float a = 1.5f, b = 2.0f;
    volatile double c = 1.0 / 3.0;
    union {
        uint32_t bits;
        float number;
    } half = { 0 };

    return a * b == 3.0f && c * 3.0 > 0.999 &&
           cmrx_call(&half.bits, victim, half_of, 7) == CMRX_OK &&
           half.number == 3.5f;
}

static bool registers_outlive_system_calls(void)
{
    registers_across(TAG | 1, 0, seen);
    return registers_are(seen, TAG | 1);
}

// As many as there are, to depth 7, from a thread that uses them.
static bool no_chain_of_calls_shows_or_changes_them(void)
{
    uint32_t wrong = 0;

    for (uint32_t depth = 1; depth <= 7; depth++)
        for (uint32_t kinds = 0; kinds < 1u << depth; kinds++) {
            uint32_t found = 1, tag = TAG | depth << 8 | kinds;
            registers_fill(tag);
            enum cmrx_status s = kinds & 1 ? cmrx_call(&found, next_user, pass,
                                                       kinds >> 1, depth - 1)
                                           : cmrx_call(&found, next_plain, pass,
                                                       kinds >> 1, depth - 1);
            wrong += found + (s != CMRX_OK) + !intact(tag);
        }
    return wrong == 0;
}

static bool nor_from_a_thread_that_does_not_use_them(void)
{
    uint32_t wrong = UINT32_MAX;

    while (cmrx_call(&wrong, home, wrong) == CMRX_OK && wrong == UINT32_MAX)
        cmrx_sleep_until(cmrx_time_now() + 1000);
    return wrong == 0;
}

static bool callee_sees_nothing_of_the_caller(void)
{
    uint32_t found = 9;

    renew(VICTIM);
    registers_fill(TAG | 2);
    bool first = cmrx_call(&found, victim, own) == CMRX_OK && found == 0;
    registers_fill(TAG | 3);
    return first && cmrx_call(&found, victim, own) == CMRX_OK && found == 0 &&
           intact(TAG | 3);
}

static bool rival_undisturbed(void)
{
    uint32_t wrong = 1;

    return cmrx_call(&wrong, rival, wrong) == CMRX_OK && wrong == 0;
}

static bool a_switch_keeps_both_sides(void)
{
    bool right = true;

    for (uint32_t i = 0; i < 100; i++) {
        registers_fill(TAG | i);
        cmrx_post(nudge, 1);
        right = intact(TAG | i) && right;
    }
    return right && rival_undisturbed();
}

// The twin does as much on its side.
static bool a_yield_keeps_both_sides(void)
{
    bool right = true;

    cmrx_post(pair, 1);
    for (uint32_t i = 0; i < 150; i++) {
        registers_fill(TAG | i);
        cmrx_thread_yield();
        right = intact(TAG | i) && right;
    }
    return right && rival_undisturbed();
}

static bool callee_that_is_left_by_force_leaves_nothing(void)
{
    registers_fill(TAG | 10);
    bool told = cmrx_call_until(cmrx_time_now() + 1000, NULL, victim, keep) ==
                    CMRX_TIMEOUT &&
                intact(TAG | 10) && faulted(CMRX_FAULT_OVERTIME, VICTIM);
    renew(VICTIM);
    uint32_t found = 9;
    return told && cmrx_call(&found, victim, own) == CMRX_OK && found == 0;
}

static bool death_in_use_is_an_end_for_the_callee_only(void)
{
    registers_fill(TAG | 4);
    return cmrx_call(NULL, victim, die) == CMRX_DEAD && intact(TAG | 4) &&
           faulted(CMRX_FAULT_ACCESS, VICTIM);
}

static bool new_life_sees_nothing_of_the_last(void)
{
    uint32_t found = 9;

    renew(VICTIM);
    return cmrx_call(&found, victim, own) == CMRX_OK && found == 0;
}

static bool usage_fault_in_use_is_told_as_what_it_is(void)
{
    registers_fill(TAG | 5);
    bool told = cmrx_call(NULL, victim, divide) == CMRX_DEAD &&
                faulted(CMRX_FAULT_DIVIDE, VICTIM);
    renew(VICTIM);
    return told && intact(TAG | 5);
}

static bool instruction_that_is_none_is_told_as_what_it_is(void)
{
    registers_fill(TAG | 5);
    bool told = cmrx_call(NULL, victim, undefine) == CMRX_DEAD &&
                faulted(CMRX_FAULT_INSTRUCTION, VICTIM);
    renew(VICTIM);
    return told && intact(TAG | 5);
}

static bool coprocessor_that_does_not_exist_is_a_fault(void)
{
    bool told = cmrx_call(NULL, victim, stray) == CMRX_DEAD &&
                faulted(CMRX_FAULT_FLOAT, VICTIM);
    renew(VICTIM);
    return told;
}

CMRX_THREAD(guest, .stack = 1024, .priority = 12, .dormant = 1)
{
    cmrx_call(NULL, victim, stay);
    registers_look(others); // what the caller had: nothing
}

static volatile uint32_t life, left_in_victim;

CMRX_THREAD(mortal, .stack = 1024, .priority = 12, .dormant = 1)
{
    if (life == 0) {
        cmrx_call(NULL, victim, own);
        registers_fill(TAG | 9);
    } else {
        uint32_t found = 1;
        registers_look(others);
        cmrx_call(&found, victim, first);
        left_in_victim = found;
    }
}

static bool thread_begins_with_nothing_in_them(void)
{
    others[32] = left_in_victim = 1;
    for (life = 0; life < 2; life++) {
        cmrx_thread_start(CMRX_THREAD_ID(mortal), 0);
        cmrx_thread_join(CMRX_THREAD_ID(mortal), NULL, CMRX_FOREVER);
    }
    return registers_are_first(others) && left_in_victim == 0;
}

static bool callee_that_is_stopped_leaves_nothing_to_its_visitor(void)
{
    others[0] = 1;
    registers_fill(TAG | 6);
    cmrx_thread_start(CMRX_THREAD_ID(guest), 0);
    cmrx_process_stop(VICTIM);
    cmrx_thread_join(CMRX_THREAD_ID(guest), NULL, CMRX_FOREVER);
    bool nothing = registers_are_first(others);
    bool kept = intact(TAG | 6);
    renew(VICTIM);
    return nothing && kept;
}

static bool who_has_not_declared_it_faults_visited(void)
{
    registers_fill(TAG | 7);
    bool told = cmrx_call(NULL, plain, use) == CMRX_DEAD &&
                faulted(CMRX_FAULT_FLOAT, PLAIN);
    renew(PLAIN);
    return told && intact(TAG | 7);
}

static bool who_has_not_declared_it_faults_at_home(void)
{
    registers_fill(TAG | 8);
    cmrx_post(offend, 1);
    bool told = faulted(CMRX_FAULT_FLOAT, PLAIN);
    renew(PLAIN);
    return told && intact(TAG | 8);
}

// The frame of an exception is as everybody else's.
static bool no_register_is_put_on_the_stack(void)
{
    return registers_depth(200000) <= 32;
}

#define CASE(name)                                                             \
    {                                                                          \
#name, name                                                            \
    }

bool preempted_everywhere(void);

static const struct test_case cases[] = {
    CASE(arithmetic_is_right),
    CASE(registers_outlive_system_calls),
    CASE(no_chain_of_calls_shows_or_changes_them),
    CASE(nor_from_a_thread_that_does_not_use_them),
    CASE(callee_sees_nothing_of_the_caller),
    CASE(a_switch_keeps_both_sides),
    CASE(a_yield_keeps_both_sides),
    CASE(callee_that_is_left_by_force_leaves_nothing),
    CASE(death_in_use_is_an_end_for_the_callee_only),
    CASE(new_life_sees_nothing_of_the_last),
    CASE(usage_fault_in_use_is_told_as_what_it_is),
    CASE(instruction_that_is_none_is_told_as_what_it_is),
    CASE(coprocessor_that_does_not_exist_is_a_fault),
    CASE(thread_begins_with_nothing_in_them),
    CASE(callee_that_is_stopped_leaves_nothing_to_its_visitor),
    CASE(who_has_not_declared_it_faults_visited),
    CASE(who_has_not_declared_it_faults_at_home),
    CASE(no_register_is_put_on_the_stack),
    CASE(preempted_everywhere),
};

// All of it is its bound: the cases are called through a table.
CMRX_THREAD(main, .stack = 8192, .bound = 8192, .priority = 10)
{
    test_run(cases, sizeof cases / sizeof cases[0]);
}
