// tester.c - what systems rely on, as facts.

#include "keeper.h"
#include "report.h"

enum { TESTER, KEEPER, CLIENT }; // as in cmrx_system(PROCESSES ...)

CMRX_USE(struct keeper, serial);
CMRX_USE(struct keeper, open);
CMRX_USE(struct sums, sums);
CMRX_USE(struct passage, passage);
CMRX_EVENT(announced);
CMRX_POSTS(unheard);
CMRX_POSTS(asked);

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

enum { IN_SERIAL, IN_OPEN, SLEEP_IN_SERIAL, THROUGH, NOWHERE };

static void compute(uint32_t us)
{
    uint64_t end = in(us);

    while (cmrx_time_now() < end)
        continue;
}

static void visit(uint32_t how)
{
    uint32_t most = 0;

    if (how == IN_SERIAL)
        cmrx_call(&most, serial, work, 3000);
    else if (how == IN_OPEN)
        cmrx_call(&most, open, work, 3000);
    else if (how == SLEEP_IN_SERIAL)
        cmrx_call(&most, serial, sleep, 5000);
    else if (how == THROUGH)
        cmrx_call(NULL, passage, work, 3000);
    else
        compute(50000);
    see(most);
}

CMRX_THREAD(low, .stack = CMRX_AUTO, .priority = 5, .dormant = 1)
{
    visit(argument);
    note(1);
}

CMRX_THREAD(middle, .stack = 512, .priority = 12, .dormant = 1)
{
    if (argument == THROUGH)
        cmrx_thread_priority(6);
    visit(argument);
    note(2);
}

CMRX_THREAD(hog, .stack = CMRX_AUTO, .priority = 12, .dormant = 1)
{
    visit(argument);
    note(4);
}

CMRX_THREAD(high, .stack = CMRX_AUTO, .priority = 13, .dormant = 1)
{
    visit(argument);
    note(3);
}

#define NORMAL 10
#define FIRST  15 // before all others: who is started does not run yet

static void join_all(void)
{
    cmrx_thread_priority(NORMAL);
    cmrx_thread_join(CMRX_THREAD_ID(low), NULL, in(1000000));
    cmrx_thread_join(CMRX_THREAD_ID(middle), NULL, in(1000000));
    cmrx_thread_join(CMRX_THREAD_ID(hog), NULL, in(1000000));
    cmrx_thread_join(CMRX_THREAD_ID(high), NULL, in(1000000));
}

// The low one is inside; the others come one after the other while it works.
static void three_visit(uint32_t how, uint32_t middle_how, uint32_t high_how)
{
    order = most_seen = 0;
    cmrx_thread_priority(FIRST);
    cmrx_thread_start(CMRX_THREAD_ID(low), how);
    cmrx_sleep_until(in(1000));
    cmrx_thread_start(CMRX_THREAD_ID(middle), middle_how);
    cmrx_sleep_until(in(500));
    cmrx_thread_start(CMRX_THREAD_ID(high), high_how);
    cmrx_sleep_until(in(200));
}

static bool monitor_admits_one_and_the_most_urgent_next(void)
{
    three_visit(IN_SERIAL, IN_SERIAL, IN_SERIAL);
    join_all();
    return most_seen == 1 && (order == 321 || order == 132);
}

static bool open_service_admits_many(void)
{
    three_visit(IN_OPEN, IN_OPEN, IN_OPEN);
    join_all();
    return most_seen >= 2;
}

static uint32_t priority_of(uint32_t thread)
{
    static struct cmrx_thread_status status;

    return cmrx_thread_status(thread, &status) == CMRX_OK ? status.priority : 0;
}

// Threads of the whole system: the tester's come first.
#define LOW CMRX_THREAD_ID(low)

// The keeper's own thread would lend, too.
static void pause(uint32_t us)
{
    cmrx_call(NULL, open, pause, us);
    cmrx_sleep_until(in(3000));
}

// The middle one would compute for very long.
static bool high_waits_for_low_but_not_for_middle(void)
{
    pause(1000000);
    three_visit(IN_SERIAL, NOWHERE, IN_SERIAL);
    bool lent = priority_of(LOW) == 13;
    join_all();
    return lent && priority_of(LOW) == 5 && order == 321;
}

// The low one is in the keeper, the middle one in the client and waits there for
// the keeper, the high one waits for the client. The hog is between the last two.
static bool priority_is_lent_through_a_chain(void)
{
    three_visit(IN_SERIAL, THROUGH, THROUGH);
    cmrx_thread_start(CMRX_THREAD_ID(hog), NOWHERE);
    bool lent = priority_of(LOW) == 13;
    join_all();
    return lent && priority_of(LOW) == 5 && order == 3421;
}

// Nobody has called that service yet: its door is opened, and the call made again.
static bool first_call_of_a_busy_server_lends(void)
{
    CMRX_LENT(struct summands, lent);
    uint32_t sum = 0;

    for (uint32_t i = 0; i < SUMMANDS; i++)
        lent->word[i] = 1u << i;
    cmrx_thread_priority(FIRST);
    cmrx_thread_start(CMRX_THREAD_ID(low), IN_SERIAL);
    cmrx_sleep_until(in(1000));
    cmrx_call_lending(lent, &sum, sums, sum, lent);
    join_all();
    return sum == 0xff;
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

static bool post_to_one_less_urgent_wakes_it(void)
{
    uint32_t before = 0, after = 0;

    cmrx_sleep_until(in(1000));
    cmrx_call(&before, passage, heard);
    cmrx_post(asked, 1);
    cmrx_call(&after, passage, heard);
    if (after != before)
        return false;
    cmrx_sleep_until(in(1000));
    cmrx_call(&after, passage, heard);
    return after == before + 1;
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

// The last test has stopped it. Nobody waits for the event, before and after.
static bool post_to_a_stopped_process_is_refused(void)
{
    bool is_refused = cmrx_post(unheard, 1) == CMRX_CLOSED;

    cmrx_process_restart(CLIENT);
    return is_refused && cmrx_post(unheard, 1) == CMRX_OK;
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
    CASE(high_waits_for_low_but_not_for_middle),
    CASE(priority_is_lent_through_a_chain),
    CASE(first_call_of_a_busy_server_lends),
    CASE(wait_inside_leaves_the_monitor),
    CASE(event_of_another_process_wakes),
    CASE(post_to_one_less_urgent_wakes_it),
    CASE(device_is_quiesced_when_its_driver_ends),
    CASE(visit_of_one_whose_home_ended_is_cancelled_and_begins_anew),
    CASE(stopped_home_is_left_alone),
    CASE(post_to_a_stopped_process_is_refused),
    CASE(stack_use_is_measured),
};

// It calls the tests through pointers; the most that one of them needs, with
// what it lends.
CMRX_STACK_BOUND(test_run, 320);

CMRX_THREAD(main, .stack = 1024, .priority = FIRST)
{
    cmrx_thread_priority(NORMAL);
    test_run(cases, sizeof cases / sizeof cases[0]);
}
