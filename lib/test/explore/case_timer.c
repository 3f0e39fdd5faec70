// case_timer.c - no timer is served early, late by a lost wake, or never.

#include <cmrx/timer.h>

#include "explore.h"
#include "explorer.h"

static struct cmrx_timers timers;
static struct cmrx_timer early, late, periodic;
static uint32_t served;
static uint64_t asked;      // when the server asked
static uint64_t started[2]; // when early and late had been

EXPLORE_QUIET static void reset(void)
{
    timers = (struct cmrx_timers){ .first = NULL };
    early = late = periodic = (struct cmrx_timer){ .next = NULL };
    served = 0;
    started[0] = started[1] = UINT64_MAX;
}

// Time goes on only when a deadline comes (explore.c), so a server that slept
// for the later one would find the earlier one late: unless that was started
// late, or while the server ran.
EXPLORE_QUIET static void note(const struct cmrx_timer *timer)
{
    EXPLORE_CHECK(timer != NULL);
    if (timer->period > 0)
        EXPLORE_CHECK(timer->due > asked);
    else
        EXPLORE_CHECK(timer->due == explorer.now ||
                      (timer->due < explorer.now &&
                       explorer.now <= started[timer == &late]));
    served++;
}

EXPLORE_QUIET static void note_asked(void)
{
    asked = explorer.now;
}

EXPLORE_QUIET static void note_started(unsigned which)
{
    started[which] = explorer.now;
}

static void serve(unsigned count)
{
    struct cmrx_timer *due = NULL;

    for (unsigned n = 0; n < count; n++) {
        note_asked();
        if (cmrx_timer_next(&timers, &due, CMRX_FOREVER) == CMRX_OK)
            note(due);
    }
}

static void serve_one(void)
{
    serve(1);
}

EXPLORE_QUIET static void count(void)
{
    served++;
}

// One that may be started anew meanwhile.
static void serve_any(void)
{
    struct cmrx_timer *due = NULL;

    if (cmrx_timer_next(&timers, &due, CMRX_FOREVER) == CMRX_OK)
        count();
}

static void serve_two(void)
{
    serve(2);
}

static void serve_three(void)
{
    serve(3);
}

static void start_early(void)
{
    cmrx_timer_start(&timers, &early, 100, 0);
    note_started(0);
}

static void start_late(void)
{
    cmrx_timer_start(&timers, &late, 200, 0);
    note_started(1);
}

static void start_late_then_early(void)
{
    start_late();
    start_early();
}

static void start_late_and_stop_early(void)
{
    start_late();
    cmrx_timer_stop(&timers, &early);
}

static void start_at_once(void)
{
    cmrx_timer_start(&timers, &early, 1, 0);
    note_started(0);
}

static void start_periodic(void)
{
    cmrx_timer_start(&timers, &periodic, 100, 100);
}

// Somebody else, for whose sake time goes on past the periods.
static void sleep_long(void)
{
    cmrx_wait(NULL, 0, 350);
}

static void start_again(void)
{
    cmrx_timer_start(&timers, &early, 50, 0);
    cmrx_timer_start(&timers, &late, 60, 0);
    start_late();
    start_early();
}

static void stop_late(void)
{
    start_late();
    start_early();
    cmrx_timer_stop(&timers, &late);
}

static void start_in_vain(void)
{
    cmrx_timer_start(&timers, &late, 1, 0);
    cmrx_timer_start(&timers, &late, 300, 0);
}

EXPLORE_QUIET static void check_two(void)
{
    EXPLORE_CHECK(served == 2 && timers.first == NULL);
    EXPLORE_CHECK(timers.lock.word == 0);
}

EXPLORE_QUIET static void check_one(void)
{
    EXPLORE_CHECK(served == 1 && timers.lock.word == 0);
}

EXPLORE_QUIET static void check_served(void)
{
    EXPLORE_CHECK(served == 1 || !explore_ended(0));
    EXPLORE_CHECK(timers.lock.word == 0);
}

EXPLORE_QUIET static uint32_t list_length(void)
{
    uint32_t count = 0;

    for (const struct cmrx_timer *t = timers.first; t != NULL && count < 9;
         t = t->next)
        count++;
    return count;
}

EXPLORE_QUIET static void check_list(void)
{
    EXPLORE_CHECK(served == 0 && list_length() == 2);
    EXPLORE_CHECK(timers.first == &early && early.next == &late);
}

EXPLORE_QUIET static void check_early_only(void)
{
    EXPLORE_CHECK(list_length() == 1 && timers.first == &early);
}

EXPLORE_QUIET static void check_phase(void)
{
    EXPLORE_CHECK(served == 3 && periodic.due % 100 == 0);
    EXPLORE_CHECK(periodic.due == 100 * (3u + periodic.missed + 1));
}

static const struct explore_scenario scenarios[] = {
    { "an_earlier_one_wakes_the_server",
      reset,
      { serve_two, start_late_then_early },
      check_two,
      3,
      0,
      0 },
    { "two_threads_start_one_each",
      reset,
      { serve_two, start_early, start_late },
      check_two,
      2,
      0,
      0 },
    { "one_that_is_due_already",
      reset,
      { serve_two, start_late, start_at_once },
      check_two,
      2,
      0,
      0 },
    { "a_stopped_one_is_not_served_later",
      reset,
      { serve_one, start_early, start_late_and_stop_early },
      check_one,
      2,
      0,
      0 },
    { "who_starts_is_cancelled",
      reset,
      { serve_any, start_early, start_in_vain },
      check_served,
      2,
      2,
      1 },
    { "one_that_is_started_again_is_there_once",
      reset,
      { start_again },
      check_list,
      1,
      0,
      0 },
    { "a_stopped_one_is_not_there",
      reset,
      { stop_late },
      check_early_only,
      1,
      0,
      0 },
    { "a_periodic_one_keeps_phase",
      reset,
      { serve_three, start_periodic, sleep_long },
      check_phase,
      2,
      0,
      0 },
};

int main(void)
{
    return explore_all(scenarios, sizeof(scenarios) / sizeof(scenarios[0]));
}
