// test_process.c - the supervisor: what it does when others fault, and says.

#include "../../console/console.h"
#include "../policy.h"
#include "../supervisor.h"

#include <cmrx/info.h>
#include <cmrx/test.h>

enum { SUPERVISOR, SENSOR, PROCESSES };

CMRX_USE(struct console, console);
CMRX_USE(struct supervisor, supervisor);

// ---- The system that it sees

// In place of cmrx_info.
extern struct description {
    struct cmrx_info info;
    struct cmrx_info_process processes[PROCESSES];
    char names[32];
} description __asm__("cmrx_device_info");

struct description description;

#define OFFSET(member) ((uint32_t)offsetof(struct description, member))

static void describe(void)
{
    memcpy(description.names, "supervisor\0sensor", 18);
    description.info = (struct cmrx_info){ .magic = CMRX_INFO_MAGIC,
                                           .size = sizeof(description),
                                           .process_count = PROCESSES,
                                           .processes = OFFSET(processes) };
    description.processes[SUPERVISOR].name = OFFSET(names);
    description.processes[SENSOR].name = OFFSET(names) + 11;
}

// ---- The kernel that it asks

static struct cmrx_process_status statuses[PROCESSES] = {
    { CMRX_PROCESS_RUNNING, 1, 0 },
    { CMRX_PROCESS_RUNNING, 1, 0 },
};
static uint32_t restarts, stops;
static struct cmrx_fault record;
static bool has_record;

static enum cmrx_status process_status(uint32_t id,
                                       struct cmrx_process_status *status)
{
    cmrx_check(id < PROCESSES);
    *status = statuses[id];
    return CMRX_OK;
}

static enum cmrx_status process_restart(uint32_t id)
{
    cmrx_check_equal(id, SENSOR);
    statuses[id].state = CMRX_PROCESS_RUNNING;
    statuses[id].generation++;
    restarts++;
    return CMRX_OK;
}

static enum cmrx_status process_stop(uint32_t id)
{
    cmrx_check_equal(id, SENSOR);
    statuses[id].state = CMRX_PROCESS_STOPPED;
    stops++;
    return CMRX_OK;
}

static enum cmrx_status fault_read(struct cmrx_fault *fault)
{
    if (!has_record)
        return CMRX_BUSY;
    has_record = false;
    *fault = record;
    return CMRX_OK;
}

// ---- The console that it speaks through

static char said[2000];

static int32_t console_write(CMRX_SELF, const char *text, uint32_t size)
{
    cmrx_check(cmrx_caller_may_read(text, size));
    cmrx_check(strlen(said) + size < sizeof(said));
    strncat(said, text, size);
    return (int32_t)size;
}

// ---- Doing

static void start(void)
{
    describe();
    cmrx_fake_control.process_status = process_status;
    cmrx_fake_control.process_restart = process_restart;
    cmrx_fake_control.process_stop = process_stop;
    cmrx_fake_control.fault_read = fault_read;
    cmrx_test_start();
}

static void sensor_faults(void)
{
    record = (struct cmrx_fault){ .kind = CMRX_FAULT_DIVIDE,
                                  .process = SENSOR,
                                  .sequence = record.sequence + 1,
                                  .generation = 1,
                                  .time = cmrx_time_now() };
    has_record = true;
    statuses[SENSOR].state = CMRX_PROCESS_FAULTED;
    cmrx_test_post(fault, 1u << SENSOR);
}

static int32_t outlook(void)
{
    int32_t result = 0;

    cmrx_check_equal(cmrx_call(&result, supervisor, outlook, SENSOR), CMRX_OK);
    return result;
}

// ---- The policy, as it is carried out

CMRX_TEST(of_others_there_is_no_row_before_they_fail)
{
    cmrx_fake(console, write, console_write);
    start();
    cmrx_check_equal(outlook(), SUPERVISOR_NO_ROW);
    sensor_faults();
    cmrx_check_equal(outlook(), 1);
}

CMRX_TEST(the_first_failure_is_mended_at_once)
{
    cmrx_fake(console, write, console_write);
    start();
    sensor_faults();
    cmrx_check_equal(restarts, 1);
    cmrx_check_equal(outlook(), 1);
}

CMRX_TEST(one_that_failed_before_the_supervisor_came_is_mended)
{
    cmrx_fake(console, write, console_write);
    statuses[SENSOR].state = CMRX_PROCESS_FAULTED;
    start();
    cmrx_check_equal(restarts, 1);
}

CMRX_TEST(the_second_restart_comes_exactly_when_it_is_due)
{
    cmrx_fake(console, write, console_write);
    start();
    sensor_faults();
    sensor_faults();
    cmrx_check_equal(restarts, 1);
    cmrx_check_equal(outlook(), 2 | SUPERVISOR_PENDING);
    cmrx_sleep_until(cmrx_time_now() + POLICY_DELAY_MS * 1000 - 1);
    cmrx_check_equal(restarts, 1);
    cmrx_sleep_until(cmrx_time_now() + 1);
    cmrx_check_equal(restarts, 2);
    cmrx_check_equal(outlook(), 2);
}

CMRX_TEST(a_restart_comes_when_it_is_due_though_time_wraps)
{
    uint64_t wrap = (uint64_t)UINT32_MAX + 1;

    cmrx_fake(console, write, console_write);
    start();
    cmrx_sleep_until(wrap - 5000);
    sensor_faults();
    sensor_faults();
    cmrx_sleep_until(wrap + 4999);
    cmrx_check_equal(restarts, 1);
    cmrx_sleep_until(wrap + 5000);
    cmrx_check_equal(restarts, 2);
    cmrx_sleep_until(wrap - 5000 + POLICY_WITHIN_MS * 1000 - 1);
    cmrx_check_equal(outlook(), 2);
    cmrx_sleep_until(wrap - 5000 + POLICY_WITHIN_MS * 1000);
    cmrx_check_equal(outlook(), 0);
    cmrx_sleep_until(2 * wrap + 7);
    sensor_faults();
    cmrx_check_equal(restarts, 3);
}

CMRX_TEST(a_crash_loop_is_given_up)
{
    cmrx_fake(console, write, console_write);
    start();
    for (uint32_t n = 1; n <= POLICY_MOST; n++) {
        sensor_faults();
        cmrx_sleep_until(cmrx_time_now() + 1000000);
        cmrx_check_equal(restarts, n);
    }
    sensor_faults();
    cmrx_sleep_until(cmrx_time_now() + 10000000);
    cmrx_check_equal(restarts, POLICY_MOST);
    cmrx_check_equal(stops, 1);
    cmrx_check_equal(outlook() & SUPERVISOR_GIVEN_UP, SUPERVISOR_GIVEN_UP);
    cmrx_check(
        strstr(said, "sensor is left stopped: failure 8 within 60 s\n") !=
        NULL);
}

CMRX_TEST(who_asks_for_a_restart_gets_it_and_a_clean_record)
{
    int32_t result = 1;

    cmrx_fake(console, write, console_write);
    start();
    sensor_faults();
    sensor_faults(); // pending now
    cmrx_check_equal(cmrx_call(&result, supervisor, restart, SENSOR), CMRX_OK);
    cmrx_check_equal(result, 0);
    cmrx_check_equal(restarts, 2);
    cmrx_check_equal(outlook(), 0);
    cmrx_sleep_until(cmrx_time_now() + 1000000);
    cmrx_check_equal(restarts, 2); // and not once more
}

CMRX_TEST(another_decision_is_respected)
{
    cmrx_fake(console, write, console_write);
    start();
    sensor_faults();
    sensor_faults();
    statuses[SENSOR].state = CMRX_PROCESS_STOPPED; // a person, in a shell
    cmrx_sleep_until(cmrx_time_now() + 1000000);
    cmrx_check_equal(restarts, 1);
}

CMRX_TEST(a_process_that_is_none_is_refused)
{
    int32_t result = 0;

    start();
    cmrx_check_equal(cmrx_call(&result, supervisor, restart, PROCESSES),
                     CMRX_OK);
    cmrx_check_equal(result, SUPERVISOR_NOTHING);
    cmrx_check_equal(cmrx_call(&result, supervisor, outlook, PROCESSES),
                     CMRX_OK);
    cmrx_check_equal(result, SUPERVISOR_NOTHING);
}

// ---- What it says, and to whom

CMRX_TEST(a_fault_is_told_in_words)
{
    cmrx_fake(console, write, console_write);
    start();
    sensor_faults();
    cmrx_check(strstr(said, "! sensor faulted: it divided by zero\n") == said);
    cmrx_check(strstr(said, "!   sensor runs again, generation 2\n") != NULL);
}

CMRX_TEST(restarting_does_not_wait_for_the_console)
{
    cmrx_fake_status(console, write, CMRX_CLOSED);
    start();
    sensor_faults();
    cmrx_check_equal(restarts, 1);
    cmrx_check_equal(cmrx_fake_calls(console, write), 1);
    cmrx_fake(console, write, console_write);
    cmrx_sleep_until(cmrx_time_now() + 20000);
    cmrx_check(strstr(said, "! sensor faulted: it divided by zero\n") == said);
}

// The first is not done, the second reaches the new console.
CMRX_TEST(a_console_that_was_restarted_is_spoken_to_again_at_once)
{
    cmrx_fake_status(console, write, CMRX_STALE);
    cmrx_fake(console, write, console_write);
    start();
    sensor_faults();
    cmrx_check(strstr(said, "! sensor faulted: it divided by zero\n") == said);
}

// It gives up to tell, and tells the next fault.
CMRX_TEST(a_console_that_never_answers_is_not_asked_for_ever)
{
    for (unsigned n = 0; n < 50; n++)
        cmrx_fake_status(console, write, CMRX_DEAD);
    start();
    sensor_faults();
    cmrx_sleep_until(cmrx_time_now() + 10000000);
    cmrx_check_equal(cmrx_fake_calls(console, write), 50);
    cmrx_fake(console, write, console_write);
    cmrx_fake_status(console, write,
                     CMRX_DEAD); // this once: all tries are left
    sensor_faults();
    cmrx_sleep_until(cmrx_time_now() + 1000000);
    cmrx_check(strstr(said, "! sensor faulted: it divided by zero\n") == said);
}

CMRX_TEST(a_record_goes_only_where_the_caller_may_write)
{
    static CMRX_SHARED struct cmrx_fault lent;
    static struct cmrx_fault mine;
    int32_t result = 1;

    cmrx_fake(console, write, console_write);
    start();
    sensor_faults();
    cmrx_check_equal(cmrx_call(&result, supervisor, fault, 0, &mine), CMRX_OK);
    cmrx_check_equal(result, SUPERVISOR_DENIED);
    cmrx_check_equal(cmrx_call(&result, supervisor, fault, 0, &lent), CMRX_OK);
    cmrx_check_equal(result, 0);
    cmrx_check_equal(lent.kind, CMRX_FAULT_DIVIDE);
    cmrx_check_equal(mine.kind, CMRX_FAULT_NONE);
    cmrx_check_equal(cmrx_call(&result, supervisor, fault, 1, &lent), CMRX_OK);
    cmrx_check_equal(result, SUPERVISOR_NOTHING);
}
