// tester.c - the supervisor on a board, and its own end.
//
// The system lives five times. In each life but the last the end is made to come:
// the supervisor faults, then it hangs, then a process stays ill for longer than the
// watchdog waits, then a heartbeat is missed for which the system is reset. What a life has found is kept in memory that a reset leaves alone.

#include "report.h"
#include "supervisor.h"
#include "worker.h"

CMRX_USE(struct supervisor, supervisor);
CMRX_USE(struct worker, pump);
CMRX_USE(struct worker, left);
CMRX_USE(struct worker, fatal);
CMRX_USE(struct worker, endless);
CMRX_USE(struct worker, slow);
CMRX_USE(struct worker, dear);

CMRX_KNOWS_PROCESS(supervisor);
CMRX_KNOWS_PROCESS(pump);
CMRX_KNOWS_PROCESS(left);
CMRX_KNOWS_PROCESS(right);
CMRX_KNOWS_PROCESS(dear);

#define NUMBER(process) CMRX_NUMBER(CMRX_PROCESS_NUMBER(process))
#define MAGIC           0x5ca1ab1eu
#define PATIENCE_US     400000u

struct scratch {
    uint32_t magic, life;
    uint32_t found[8];
    uint64_t ended; // when the end was made to come, in that life
};

CMRX_DEVICE(struct scratch, kept);

enum { MISSED, ENDED, GROUP, WELL, FAULTED, HUNG, ILL };

static CMRX_SHARED struct cmrx_fault record;

static bool runs_as(uint32_t process, uint32_t generation)
{
    struct cmrx_process_status status;

    return cmrx_process_status(process, &status) == CMRX_OK &&
           status.state == CMRX_PROCESS_RUNNING &&
           status.generation == generation;
}

static void pass(uint32_t us)
{
    cmrx_sleep_until(cmrx_time_now() + us);
}

// The record that the life before has left; the supervisor has taken it by now.
static bool last_record(void)
{
    int32_t result = -1;

    pass(20000);
    return cmrx_call(&result, supervisor, fault, 0, &record) == CMRX_OK &&
           result == 0;
}

static bool was_the_watchdog(void)
{
    return last_record() && record.kind == CMRX_FAULT_PANIC &&
           record.address == CMRX_PANIC_WATCHDOG;
}

// ---- The lives

static bool missed_heartbeat_is_mended(void)
{
    uint64_t begin = cmrx_time_now();

    cmrx_call(NULL, pump, hush);
    while (runs_as(NUMBER(pump), 1) && cmrx_time_now() < begin + PATIENCE_US)
        pass(1000);
    // One to two times 20 ms after the last, which was up to 5 ms ago.
    uint64_t after = cmrx_time_now() - begin;
    pass(100000);
    return after >= 15000 && after <= 42000 && runs_as(NUMBER(pump), 2);
}

// It is the second failure: after 10 ms. Were it the heartbeat that is missed, after
// 30 at least.
static bool exit_is_mended(void)
{
    // The first says that it was restarted since.
    if (cmrx_call(NULL, pump, leave) != CMRX_STALE ||
        cmrx_call(NULL, pump, leave) != CMRX_OK)
        return false;
    pass(18000);
    return runs_as(NUMBER(pump), 3);
}

static bool group_is_restarted_together(void)
{
    cmrx_call(NULL, left, fail);
    pass(1000);
    return runs_as(NUMBER(left), 2) && runs_as(NUMBER(right), 2);
}

static void first_life(void)
{
    pass(300000);
    kept.found[WELL] = runs_as(NUMBER(pump), 1) && runs_as(NUMBER(left), 1);
    kept.found[MISSED] = missed_heartbeat_is_mended();
    kept.found[ENDED] = exit_is_mended();
    kept.found[GROUP] = group_is_restarted_together();
    cmrx_call(NULL, fatal, hush);
}

static void second_life(void)
{
    kept.found[FAULTED] = last_record() &&
                          record.process == NUMBER(supervisor) &&
                          record.kind == CMRX_FAULT_ACCESS;
    cmrx_call(NULL, endless, hush);
}

static void third_life(void)
{
    kept.found[HUNG] = was_the_watchdog();
    cmrx_call(NULL, slow, fail); // restarted at once, and heard again
    pass(200000);
    cmrx_call(NULL, slow, hush);
    pass(20000);
    cmrx_call(NULL, slow, fail); // to be restarted in ten seconds
}

static void fourth_life(void)
{
    kept.found[ILL] = was_the_watchdog();
    kept.ended = cmrx_time_now();
    cmrx_call(NULL, dear, hush);
}

// Who, when, why, and what its thread did: it slept at home between two posts.
static bool is_of_the_dear(void)
{
    uint64_t after = record.time - kept.ended;

    return record.kind == SUPERVISOR_MISSED && record.process == NUMBER(dear) &&
           record.generation == 1 && after >= 45000 && after <= 102000 &&
           record.flags == SUPERVISOR_RESET && record.levels == 1 &&
           record.r[0] == SUPERVISOR_THREAD(CMRX_THREAD_WAITING, NUMBER(dear));
}

// ---- What was found

static bool all_is_well_without_a_failure(void)
{
    return kept.found[WELL] != 0;
}

static bool a_missed_heartbeat_is_a_failure(void)
{
    return kept.found[MISSED] != 0;
}

static bool who_must_run_is_started_when_it_has_ended(void)
{
    return kept.found[ENDED] != 0;
}

static bool who_fails_together_is_started_together(void)
{
    return kept.found[GROUP] != 0;
}

static bool the_end_of_the_supervisor_is_a_recorded_reset(void)
{
    return kept.found[FAULTED] != 0;
}

static bool a_supervisor_that_hangs_is_ended_by_the_watchdog(void)
{
    return kept.found[HUNG] != 0;
}

static bool nobody_is_ill_for_longer_than_the_watchdog_waits(void)
{
    return kept.found[ILL] != 0;
}

static bool a_reset_for_a_missed_heartbeat_is_recorded(void)
{
    return last_record() && is_of_the_dear();
}

// There is nothing else on record.
static bool a_reset_is_told_once(void)
{
    int32_t result = 0;

    cmrx_call(&result, supervisor, fault, 1, &record);
    return result == SUPERVISOR_NOTHING;
}

static const struct test_case cases[] = {
    { "all_is_well_without_a_failure", all_is_well_without_a_failure },
    { "a_missed_heartbeat_is_a_failure", a_missed_heartbeat_is_a_failure },
    { "who_must_run_is_started_when_it_has_ended",
      who_must_run_is_started_when_it_has_ended },
    { "who_fails_together_is_started_together",
      who_fails_together_is_started_together },
    { "the_end_of_the_supervisor_is_a_recorded_reset",
      the_end_of_the_supervisor_is_a_recorded_reset },
    { "a_supervisor_that_hangs_is_ended_by_the_watchdog",
      a_supervisor_that_hangs_is_ended_by_the_watchdog },
    { "nobody_is_ill_for_longer_than_the_watchdog_waits",
      nobody_is_ill_for_longer_than_the_watchdog_waits },
    { "a_reset_for_a_missed_heartbeat_is_recorded",
      a_reset_for_a_missed_heartbeat_is_recorded },
    { "a_reset_is_told_once", a_reset_is_told_once },
};

// It calls the tests through pointers; the most that one of them needs, with
// what it lends.
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
    else if (kept.life == 3)
        third_life();
    else if (kept.life == 4)
        fourth_life();
    else
        test_run(cases, 9);
    pass(PATIENCE_US);
    kept.magic = 0;
    report("not ok: the end did not come\n");
    cmrx_system_halt(2);
}
