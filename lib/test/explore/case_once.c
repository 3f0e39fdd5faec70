// case_once.c - it is done by one, and all others come after.

#include <cmrx/once.h>

#include "explore.h"

static struct cmrx_once once;
static uint32_t running, done, failures;
static bool fails_first;
static volatile uint32_t place;

EXPLORE_QUIET static void reset(void)
{
    once = (struct cmrx_once){ 0 };
    running = done = failures = 0;
    fails_first = false;
}

EXPLORE_QUIET static void reset_to_fail(void)
{
    reset();
    fails_first = true;
}

EXPLORE_QUIET static void begin(void)
{
    EXPLORE_CHECK(++running == 1 && done == 0);
}

EXPLORE_QUIET static enum cmrx_status end(void)
{
    running--;
    if (fails_first) {
        fails_first = false;
        return CMRX_LIMIT;
    }
    done++;
    return CMRX_OK;
}

static enum cmrx_status function(void)
{
    begin();
    place = 1; // others may go on
    return end();
}

EXPLORE_QUIET static void note(enum cmrx_status status)
{
    if (status == CMRX_OK)
        EXPLORE_CHECK(done == 1);
    else
        failures++;
}

static void need(void)
{
    note(cmrx_once(&once, function, CMRX_FOREVER));
}

static void need_in_time(void)
{
    note(cmrx_once(&once, function, EXPLORE_SOME_TIME));
}

EXPLORE_QUIET static void check(void)
{
    EXPLORE_CHECK(done == 1 && failures == 0);
}

EXPLORE_QUIET static void check_one_failure(void)
{
    EXPLORE_CHECK(done == 1 && failures == 1);
}

EXPLORE_QUIET static void check_done(void)
{
    EXPLORE_CHECK(done == 1 && failures <= 1);
}

static const struct explore_scenario scenarios[] = {
    { "three_need_it", reset, { need, need, need }, check, 4, 0, 0 },
    { "another_does_what_failed",
      reset_to_fail,
      { need, need, need },
      check_one_failure,
      4,
      0,
      0 },
    { "who_gives_up_leaves_it_to_others",
      reset,
      { need_in_time, need, need },
      check_done,
      4,
      0,
      0 },
    { "who_is_cancelled_leaves_it_to_others",
      reset,
      { need, need, need },
      check_done,
      3,
      1,
      0 },
};

int main(void)
{
    return explore_all(scenarios, sizeof(scenarios) / sizeof(scenarios[0]));
}
