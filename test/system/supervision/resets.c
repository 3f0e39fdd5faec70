// resets.c - what is known, in the next life, of why the supervisor has reset the
// system.
//
// The system lives three times: a process faults once more than it may, then one
// misses its heartbeat. What a life has found is kept in memory that a reset leaves
// alone.

#include "report.h"
#include "supervisor.h"
#include "worker.h"

CMRX_USE(struct supervisor, supervisor);
CMRX_USE(struct worker, sudden);
CMRX_USE(struct worker, silent);

CMRX_KNOWS_PROCESS(sudden);
CMRX_KNOWS_PROCESS(silent);

#define NUMBER(process) CMRX_NUMBER(CMRX_PROCESS_NUMBER(process))
#define MAGIC           0x2e5e7aadu
#define PATIENCE_US     400000u

struct scratch {
    uint32_t magic, life;
    uint32_t was_restarted, fault_is_known, nothing_else;
    uint64_t ended; // when the end was made to come, in that life
};

CMRX_DEVICE(struct scratch, kept);

static CMRX_SHARED struct cmrx_fault record;

static void pass(uint32_t us)
{
    cmrx_sleep_until(cmrx_time_now() + us);
}

// The record before `back` others; the supervisor has taken those of the last life.
static bool recall(uint32_t back)
{
    int32_t result = SUPERVISOR_NOTHING;

    return cmrx_call(&result, supervisor, fault, back, &record) == CMRX_OK &&
           result == 0;
}

static bool is_after_the_end(uint32_t from, uint32_t to)
{
    uint64_t after = record.time - kept.ended;

    return after >= from && after <= to;
}

// The first failure is mended, the second is one too many.
static void first_life(void)
{
    struct cmrx_process_status status;

    cmrx_call(NULL, sudden, fail);
    pass(20000);
    cmrx_process_status(NUMBER(sudden), &status);
    kept.was_restarted = status.generation == 2 && recall(0);
    kept.ended = cmrx_time_now();
    if (cmrx_call(NULL, sudden, fail) != CMRX_DEAD)
        kept.was_restarted = 0;
}

// Who, when, why; and who had called it. It is the second of its faults: the first
// was told in the life before.
static bool is_of_the_sudden(void)
{
    return record.kind == CMRX_FAULT_INSTRUCTION &&
           record.process == NUMBER(sudden) && record.generation == 2 &&
           is_after_the_end(0, 5000) && record.levels == 1 &&
           record.chain[0].process == 0;
}

static void second_life(void)
{
    pass(20000);
    kept.fault_is_known = recall(0) && is_of_the_sudden();
    kept.nothing_else = !recall(1);
    kept.ended = cmrx_time_now();
    cmrx_call(NULL, silent, hush);
}

static bool who_may_fail_once_is_restarted_once(void)
{
    return kept.was_restarted != 0;
}

static bool a_reset_for_a_fault_is_recorded(void)
{
    return kept.fault_is_known != 0;
}

static bool a_reset_for_a_fault_is_told_once(void)
{
    return kept.nothing_else != 0;
}

static bool a_reset_for_a_missed_heartbeat_is_recorded(void)
{
    pass(20000);
    return recall(0) && record.kind == SUPERVISOR_MISSED &&
           record.process == NUMBER(silent) &&
           record.flags == SUPERVISOR_RESET && record.generation == 1 &&
           is_after_the_end(45000, 102000);
}

static bool that_is_told_once(void)
{
    return !recall(1);
}

static const struct test_case cases[] = {
    { "who_may_fail_once_is_restarted_once",
      who_may_fail_once_is_restarted_once },
    { "a_reset_for_a_fault_is_recorded", a_reset_for_a_fault_is_recorded },
    { "a_reset_for_a_fault_is_told_once", a_reset_for_a_fault_is_told_once },
    { "a_reset_for_a_missed_heartbeat_is_recorded",
      a_reset_for_a_missed_heartbeat_is_recorded },
    { "that_is_told_once", that_is_told_once },
};

// It calls the tests through pointers; the most that one of them needs.
CMRX_STACK_BOUND(test_run, 400);

CMRX_THREAD(main, .stack = 1024, .priority = 4)
{
    if (kept.magic != MAGIC)
        kept.life = 0;
    kept.magic = MAGIC;
    kept.life++;
    if (kept.life == 1)
        first_life();
    else if (kept.life == 2)
        second_life();
    else
        test_run(cases, sizeof(cases) / sizeof(cases[0]));
    pass(PATIENCE_US);
    kept.magic = 0;
    report("not ok: the end did not come\n");
    cmrx_system_halt(2);
}
