// punctual.c - wakes at its deadline, however those wait for each other who are less
// urgent. It has to be in time to the bound of late.h.

#include "crowd.h"
#include "late.h"
#include "report.h"

CMRX_USE(struct crowd, crowd);

#define PERIOD_US 1007u // goes through all phases of the crowd's grid
#define WAKES     500u

static uint32_t latest;

// The greatest lateness of so many wakes.
static uint32_t latest_of(uint32_t wakes)
{
    uint64_t next = cmrx_time_now();
    uint32_t worst = 0;

    while (wakes-- > 0) {
        next += PERIOD_US;
        cmrx_sleep_until(next);
        uint32_t late = (uint32_t)(cmrx_time_now() - next);
        if (late > worst)
            worst = late;
    }
    return worst;
}

static void report_late(const char *how, uint32_t late)
{
    report("late by ");
    report_number(late);
    report(" us at most, ");
    report(how);
    report("\n");
}

static uint32_t crowd_waits(void)
{
    uint32_t waits = 0;

    cmrx_call(&waits, crowd, waits);
    return waits;
}

static bool in_time_alone(void)
{
    uint32_t late = latest_of(WAKES / 5);

    report_late("alone", late);
    return late <= CROWD_LATE_US && crowd_waits() == 0;
}

// All through that time, the crowd has to be at work.
static bool is_at_work(void)
{
    uint32_t before = crowd_waits(), late = latest_of(WAKES);

    if (late > latest)
        latest = late;
    return crowd_waits() - before > WAKES;
}

static bool the_crowd_is_at_work(void)
{
    bool is_started = cmrx_call(NULL, crowd, start) == CMRX_OK;
    bool is_good = is_started && is_at_work() && is_at_work();

    report_number(crowd_waits());
    report(" waits of the crowd\n");
    return is_good;
}

static bool in_time_beside_a_crowd(void)
{
    report_late("beside the crowd", latest);
    return latest > 0 && latest <= CROWD_LATE_US;
}

static const struct test_case cases[] = {
    { "in_time_alone", in_time_alone },
    { "the_crowd_is_at_work", the_crowd_is_at_work },
    { "in_time_beside_a_crowd", in_time_beside_a_crowd },
};

// It calls the tests through pointers; the most that one of them needs, with
// what it lends.
CMRX_STACK_BOUND(test_run, 144);

CMRX_THREAD(main, .stack = 1024, .priority = 30)
{
    test_run(cases, sizeof cases / sizeof cases[0]);
}
