// tester.c - what systems rely on, as facts.

#include "keeper.h"
#include "report.h"

enum { TESTER, KEEPER, CLIENT }; // as in cmrx_system(PROCESSES ...)

CMRX_USE(struct keeper, serial);
CMRX_USE(struct keeper, open);
CMRX_EVENT(announced);

static volatile uint32_t order, most_seen;

static uint64_t in(uint32_t us)
{
    return cmrx_time_now() + us;
}

static void note(uint32_t digit)
{
    order = order * 10 + digit;
}

static void see(uint32_t most)
{
    if (most > most_seen)
        most_seen = most;
}

enum { IN_SERIAL, IN_OPEN, SLEEP_IN_SERIAL };

static void visit(uint32_t how)
{
    uint32_t most = 0;

    if (how == IN_SERIAL)
        cmrx_call(&most, serial, work, 3000);
    else if (how == IN_OPEN)
        cmrx_call(&most, open, work, 3000);
    else
        cmrx_call(&most, serial, sleep, 5000);
    see(most);
}

CMRX_THREAD(low, .stack = CMRX_AUTO, .priority = 5, .dormant = 1)
{
    visit(argument);
    note(1);
}

CMRX_THREAD(middle, .stack = 512, .priority = 12, .dormant = 1)
{
    visit(argument);
    note(2);
}

CMRX_THREAD(high, .stack = CMRX_AUTO, .priority = 13, .dormant = 1)
{
    visit(argument);
    note(3);
}

static void join_all(void)
{
    cmrx_thread_join(CMRX_THREAD_ID(low), NULL, in(1000000));
    cmrx_thread_join(CMRX_THREAD_ID(middle), NULL, in(1000000));
    cmrx_thread_join(CMRX_THREAD_ID(high), NULL, in(1000000));
}

// The low one is inside; the others come while it works.
static void three_visit(uint32_t how)
{
    order = most_seen = 0;
    cmrx_thread_start(CMRX_THREAD_ID(low), how);
    cmrx_sleep_until(in(1000));
    cmrx_thread_start(CMRX_THREAD_ID(middle), how);
    cmrx_thread_start(CMRX_THREAD_ID(high), how);
    join_all();
}

static bool monitor_admits_one_and_the_most_urgent_next(void)
{
    three_visit(IN_SERIAL);
    return most_seen == 1 && (order == 321 || order == 132);
}

static bool open_service_admits_many(void)
{
    three_visit(IN_OPEN);
    return most_seen >= 2;
}

static bool wait_inside_leaves_the_monitor(void)
{
    uint32_t most = 0;
    uint64_t begin;

    order = 0;
    cmrx_thread_start(CMRX_THREAD_ID(middle), SLEEP_IN_SERIAL);
    begin = cmrx_time_now();
    bool ok = cmrx_call(&most, serial, work, 100) == CMRX_OK && order == 0 &&
              cmrx_time_now() - begin < 2000;
    join_all();
    return ok && order == 2;
}

static bool event_of_another_process_wakes(void)
{
    announced = 0;
    cmrx_call(NULL, open, announce, 0x50);
    return cmrx_event_take(&announced, 0x10, in(1000)) == 0x10 &&
           announced == 0x40 && cmrx_event_take(&announced, 0x1, in(1000)) == 0;
}

static bool device_is_quiesced_when_its_driver_ends(void)
{
    uint32_t value = 0;

    cmrx_call(&value, serial, quiesced);
    cmrx_call(&value, serial, quiesced);
    if (value != 99)
        return false;
    cmrx_process_restart(KEEPER);
    cmrx_call(&value, serial, quiesced); // CMRX_STALE
    cmrx_call(&value, open, quiesced);   // CMRX_STALE
    cmrx_call(&value, serial, quiesced);
    return value == 77;
}

static bool visit_of_one_whose_home_ended_is_cancelled_and_begins_anew(void)
{
    uint32_t status = 0, visits = 0;

    cmrx_sleep_until(in(2000)); // the client is inside the keeper
    cmrx_call(&visits, open, visits);
    if (visits != 1)
        return false;
    cmrx_process_restart(CLIENT);
    cmrx_sleep_until(in(2000));
    cmrx_call(&status, open, last_wait);
    cmrx_call(&visits, open, visits);
    return (int32_t)status == CMRX_CANCELLED && visits == 2;
}

static bool stopped_home_is_left_alone(void)
{
    struct cmrx_process_status status;
    uint32_t visits = 0;

    cmrx_process_stop(CLIENT);
    cmrx_sleep_until(in(2000));
    cmrx_call(&visits, open, visits);
    cmrx_process_status(CLIENT, &status);
    return visits == 2 && status.state == CMRX_PROCESS_STOPPED;
}

static bool stack_use_is_measured(void)
{
    static struct cmrx_thread_status before, after;

    for (uint32_t i = 0; i < 4; i++)
        if (cmrx_thread_status(i, &after) != CMRX_OK ||
            after.stack_used > after.stack_size)
            return false;
    cmrx_thread_status(0, &before);
    return cmrx_thread_status(99, &after) == CMRX_INVALID;
}

#define CASE(name)                                                             \
    {                                                                          \
#name, name                                                            \
    }

static const struct test_case cases[] = {
    CASE(monitor_admits_one_and_the_most_urgent_next),
    CASE(open_service_admits_many),
    CASE(wait_inside_leaves_the_monitor),
    CASE(event_of_another_process_wakes),
    CASE(device_is_quiesced_when_its_driver_ends),
    CASE(visit_of_one_whose_home_ended_is_cancelled_and_begins_anew),
    CASE(stopped_home_is_left_alone),
    CASE(stack_use_is_measured),
};

// It calls the tests through pointers; the most that one of them needs, with
// what it lends.
CMRX_STACK_BOUND(test_run, 168);

CMRX_THREAD(main, .stack = 1024, .priority = 10)
{
    test_run(cases, sizeof cases / sizeof cases[0]);
}
