// test_heartbeat.c - the supervisor with a table: heartbeats, and a watchdog.

#include "station.h"
#include "../../../driver/watchdog.h"
#include "../supervisor.h"

CMRX_USE(struct watchdog, watchdog);
CMRX_USE(struct supervisor, supervisor);

// ---- Heartbeats

CMRX_TEST(who_keeps_the_promise_is_left_alone)
{
    start();
    pass(1000);
    cmrx_check_equal(
        all[PUMP].restarts + all[VALVE].restarts + all[NETWORK].restarts, 0);
}

CMRX_TEST(a_promise_that_is_kept_at_the_last_moment_is_kept)
{
    start();
    hears[PUMP] = false;
    for (unsigned n = 0; n < 40; n++) {
        pass(50);
        cmrx_test_post(heartbeat_pump, 1);
    }
    cmrx_check_equal(all[PUMP].restarts, 0);
}

CMRX_TEST(a_missed_heartbeat_is_noticed_within_twice_its_time)
{
    start();
    for (unsigned n = 0; n < 25; n++) {
        uint64_t last = cmrx_time_now();

        beats();
        hears[PUMP] = false;
        while (all[PUMP].restarts == n && cmrx_time_now() < last + 200 * MS)
            pass(1);
        cmrx_check(all[PUMP].started > last + 50 * MS);
        cmrx_check(all[PUMP].started <= last + 100 * MS);
        hears[PUMP] = true;
        pass(10007 + n * 3); // forgotten, and at another place of its time
    }
    cmrx_check_equal(resets, 0);
}

CMRX_TEST(a_missed_heartbeat_is_told)
{
    start();
    hears[PUMP] = false;
    pass(101);
    cmrx_check(strstr(said, "missed its heartbeat\n") != NULL);
    cmrx_check(strstr(said, "runs again, generation 2\n") != NULL);
}

CMRX_TEST(what_its_threads_were_at_is_recorded_before_it_is_ended)
{
    static CMRX_SHARED struct cmrx_fault record;
    int32_t result = 1;

    start();
    hears[PUMP] = false;
    pass(101);
    cmrx_check(strstr(said, " was queued, in ") != NULL);
    cmrx_check(strstr(said, " ran, or was ready to, in ") != NULL);
    cmrx_call(&result, supervisor, fault, 0, &record);
    cmrx_check_equal(result, 0);
    cmrx_check_equal(record.kind, SUPERVISOR_MISSED);
    cmrx_check_equal(record.thread, 72);
    cmrx_check_equal(record.levels, 2);
    cmrx_check_equal(record.r[0], SUPERVISOR_THREAD(CMRX_THREAD_QUEUED, OTHER));
    cmrx_check_equal(record.r[1], SUPERVISOR_THREAD(CMRX_THREAD_READY, PUMP));
}

CMRX_TEST(who_never_is_heard_again_costs_all_its_restarts_then_the_system)
{
    start();
    hears[PUMP] = false;
    pass(160);
    cmrx_check_equal(all[PUMP].restarts, 2);
    cmrx_check_equal(resets, 0);
    pass(50);
    cmrx_check_equal(resets, 1);
    // Without the right to reset it is left stopped.
    check_restarts(PUMP, 2, CMRX_PROCESS_STOPPED);
}

// ---- What is left for the next life

// As in keep_window.c.
#define WORDS 42u
CMRX_DEVICE(
    struct last_record {
        uint32_t check;
        uint32_t word[WORDS];
    },
    last_record);

static uint32_t check_of(void)
{
    uint32_t check = 0x4b455054u;

    for (unsigned n = 0; n < WORDS; n++)
        check = (check ^ last_record.word[n]) * 16777619u;
    return check;
}

static struct cmrx_fault at_reset;
static bool fits;

static enum cmrx_status reset_is_denied(void)
{
    memcpy(&at_reset, (const void *)last_record.word, sizeof(at_reset));
    fits = last_record.check == check_of();
    return CMRX_DENIED;
}

CMRX_TEST(before_a_reset_its_reason_is_kept_and_forgotten_if_there_is_none)
{
    start();
    cmrx_fake_control.system_reset = reset_is_denied;
    hears[PUMP] = false;
    pass(210);
    cmrx_check(fits);
    cmrx_check_equal(at_reset.kind, SUPERVISOR_MISSED);
    cmrx_check_equal(at_reset.flags, SUPERVISOR_RESET);
    cmrx_check_equal(at_reset.process, PUMP);
    cmrx_check_equal(at_reset.levels, 2);
    cmrx_check(last_record.check != check_of());
}

// What the kernel has a record of is not told twice, nor what was missed before.
CMRX_TEST(before_a_reset_for_a_fault_nothing_is_kept)
{
    start();
    cmrx_fake_control.system_reset = reset_is_denied;
    hears[PUMP] = false;
    pass(160); // missed twice: none of those restarts is left
    cmrx_check_equal(all[PUMP].restarts, 2);
    fits = true;
    fails(PUMP);
    cmrx_check_equal(all[PUMP].state, CMRX_PROCESS_STOPPED);
    cmrx_check(!fits);
}

static void leave_a_record(void)
{
    struct cmrx_fault left = { .kind = SUPERVISOR_MISSED,
                               .flags = SUPERVISOR_RESET,
                               .process = PUMP };

    memcpy((void *)last_record.word, &left, sizeof(left));
    last_record.check = check_of();
}

CMRX_TEST(what_the_life_before_has_left_is_told_and_forgotten)
{
    leave_a_record();
    start();
    pass(1);
    cmrx_check(strstr(said, "missed its heartbeat\n") != NULL);
    cmrx_check(strstr(said, "; the system was reset\n") != NULL);
    cmrx_check(last_record.check != check_of());
}

CMRX_TEST(what_does_not_fit_its_check_is_no_record)
{
    leave_a_record();
    last_record.word[WORDS - 1] ^= 1u << 31;
    start();
    pass(1);
    cmrx_check_equal(said[0], 0);
}

// Something more urgent keeps it from looking.
static enum cmrx_status slow_restart(uint32_t id)
{
    cmrx_sleep_until(cmrx_time_now() + 130 * MS);
    return process_restart(id);
}

CMRX_TEST(a_supervisor_that_was_late_does_not_expect_what_it_has_missed)
{
    start();
    cmrx_fake_control.process_restart = slow_restart;
    fails(ASKER);
    pass(500);
    cmrx_check_equal(all[ASKER].restarts, 1);
    cmrx_check_equal(
        all[PUMP].restarts + all[VALVE].restarts + all[NETWORK].restarts, 0);
}

CMRX_TEST(who_dies_while_its_heartbeat_is_due_has_failed_once)
{
    start();
    hears[VALVE] = false;
    pass(79); // not heard for long: it is missed at 80
    fails(VALVE);
    cmrx_check_equal(outlook(VALVE), 1);
    pass(1);
    cmrx_check_equal(outlook(VALVE), 1);
    pass(38); // the new one has time, too
    cmrx_check_equal(outlook(VALVE), 1);
    pass(3);
    cmrx_check_equal(outlook(VALVE), 2 | SUPERVISOR_PENDING);
}

CMRX_TEST(of_one_that_is_stopped_nothing_is_expected)
{
    start();
    all[VALVE].state = CMRX_PROCESS_STOPPED; // by a person
    pass(1000);
    cmrx_check_equal(outlook(VALVE), 0);
    all[VALVE].state = CMRX_PROCESS_RUNNING;
    all[VALVE].generation = 2;
    hears[VALVE] = false;
    fails(ASKER); // any look finds that it runs
    pass(200);
    cmrx_check_equal(outlook(VALVE), 2 | SUPERVISOR_PENDING);
}

CMRX_TEST(one_that_was_held_back_is_not_expected_before_it_runs)
{
    start();
    hears[VALVE] = false;
    pass(81);
    cmrx_check_equal(outlook(VALVE), 1);
    pass(41);
    cmrx_check_equal(outlook(VALVE), 2 | SUPERVISOR_PENDING);
    check_restarts(VALVE, 1, CMRX_PROCESS_STOPPED);
    hears[VALVE] = true;
    pass(497);
    check_restarts(VALVE, 1, CMRX_PROCESS_STOPPED);
    pass(300);
    check_restarts(VALVE, 2, CMRX_PROCESS_RUNNING);
    cmrx_check_equal(outlook(VALVE), 2);
}

CMRX_TEST(heartbeats_are_expected_when_the_time_wraps)
{
    start_at(UINT32_MAX - 400 * MS);
    pass(300);
    hears[PUMP] = false;
    pass(151);
    cmrx_check_equal(all[PUMP].restarts, 2);
    hears[PUMP] = true;
    pass(800);
    cmrx_check_equal(all[PUMP].restarts, 2);
    cmrx_check_equal(all[VALVE].restarts + all[NETWORK].restarts, 0);
}

CMRX_TEST(heartbeats_are_expected_of_generations_that_wrap)
{
    start();
    all[PUMP].generation = 0xffff;
    fails(PUMP);
    cmrx_check_equal(all[PUMP].generation, 1);
    pass(500);
    cmrx_check_equal(all[PUMP].restarts, 1);
    hears[PUMP] = false;
    pass(101);
    cmrx_check_equal(all[PUMP].restarts, 2);
}

CMRX_TEST(a_supervisor_that_comes_late_expects_them_from_then_on)
{
    start_at(3000000u * MS); // past half a turn of the 32 bits
    hears[PUMP] = false;
    pass(49);
    cmrx_check_equal(all[PUMP].restarts, 0);
    pass(60);
    cmrx_check_equal(all[PUMP].restarts, 1);
}

// ---- The watchdog

CMRX_TEST(the_watchdog_is_kicked_four_times_in_its_time)
{
    start();
    cmrx_check_equal(kicks, 1);
    pass(400);
    cmrx_check_equal(kicks, 11);
}

CMRX_TEST(it_is_not_kicked_while_somebody_is_not_heard)
{
    start();
    hears[VALVE] = false;
    pass(81);
    uint32_t before = kicks;
    pass(300); // it was started again, and is not heard
    cmrx_check_equal(kicks, before);
    cmrx_check_equal(outlook(VALVE), 2 | SUPERVISOR_PENDING);
}

CMRX_TEST(it_is_kicked_again_as_soon_as_it_is_heard)
{
    start();
    hears[VALVE] = false;
    pass(81);
    hears[VALVE] = true;
    pass(11);
    cmrx_check(cmrx_time_now() - last_kick < 11 * MS);
    uint32_t before = kicks;
    pass(400);
    cmrx_check(kicks >= before + 9);
}

CMRX_TEST(who_was_heard_since_it_failed_is_well_between_two_heartbeats)
{
    start();
    fails(VALVE);
    hears[VALVE] = false;
    for (unsigned n = 0; n < 10; n++) {
        cmrx_test_post(heartbeat_valve, 1);
        pass(39);
    }
    uint32_t before = kicks;
    for (unsigned n = 0; n < 10; n++) {
        cmrx_test_post(heartbeat_valve, 1);
        pass(39);
        cmrx_check(cmrx_time_now() - last_kick <= 40 * MS);
    }
    cmrx_check(kicks >= before + 9);
    cmrx_check_equal(outlook(VALVE), 1);
}

CMRX_TEST(a_failure_counts_until_it_is_heard_again)
{
    start();
    fails(VALVE);
    hears[VALVE] = false;
    uint32_t before = kicks;
    pass(39);
    cmrx_check_equal(kicks, before);
    hears[VALVE] = true;
    pass(11);
    cmrx_check_equal(kicks, before + 1);
}

CMRX_TEST(the_heartbeat_of_one_that_is_gone_does_not_count)
{
    start();
    pass(5);
    cmrx_test_post(heartbeat_valve, 1); // and then it fails
    fails(VALVE);
    hears[VALVE] = false;
    uint32_t before = kicks;
    pass(60);
    cmrx_check_equal(kicks, before);
}

CMRX_TEST(without_one_that_was_given_up_it_is_kicked)
{
    start();
    for (unsigned n = 0; n < 3; n++) {
        fails(VALVE);
        pass(600);
    }
    check_restarts(VALVE, 2, CMRX_PROCESS_STOPPED);
    uint32_t before = kicks;
    pass(400);
    cmrx_check(kicks >= before + 9);
}

static int32_t kick_never(CMRX_SELF, uint32_t timeout_us)
{
    (void)timeout_us;
    cmrx_wait(NULL, 0, CMRX_FOREVER);
    return 0;
}

CMRX_TEST(a_driver_that_does_not_answer_keeps_nobody_waiting)
{
    start();
    cmrx_fake(watchdog, kick, kick_never);
    pass(60);
    uint64_t now = cmrx_time_now();
    fails(PUMP);
    pass(11);
    check_restarts(PUMP, 1, CMRX_PROCESS_RUNNING);
    cmrx_check(all[PUMP].started - now <= 10 * MS);
}

CMRX_TEST(a_driver_that_was_restarted_is_kicked_at_once)
{
    start();
    cmrx_fake_status(watchdog, kick, CMRX_STALE);
    pass(41);
    cmrx_check_equal(kicks, 2);
}
