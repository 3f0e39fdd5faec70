// case_mutex.c - one inside, and nobody sleeps on a free one.

#include <cmrx/mutex.h>

#include "explore.h"

static struct cmrx_mutex mutex;
static uint32_t inside, passed;
static volatile uint32_t place;

EXPLORE_QUIET static void reset(void)
{
    mutex = (struct cmrx_mutex){ 0 };
    inside = passed = 0;
}

EXPLORE_QUIET static void enter(void)
{
    EXPLORE_CHECK(++inside == 1);
}

EXPLORE_QUIET static void leave(void)
{
    inside--;
    passed++;
}

static void pass_until(uint64_t deadline)
{
    if (cmrx_mutex_lock(&mutex, deadline) != CMRX_OK)
        return;
    enter();
    place = 1; // others may go on
    leave();
    cmrx_mutex_unlock(&mutex);
}

static void pass(void)
{
    pass_until(CMRX_FOREVER);
}

static void pass_in_time(void)
{
    pass_until(EXPLORE_SOME_TIME);
}

static void pass_twice(void)
{
    pass();
    pass();
}

EXPLORE_QUIET static void check(void)
{
    EXPLORE_CHECK(mutex.word == 0 && inside == 0);
}

EXPLORE_QUIET static void check_all(void)
{
    check();
    EXPLORE_CHECK(passed == 4);
}

static const struct explore_scenario scenarios[] = {
    { "one_at_a_time", reset, { pass, pass, pass_twice }, check_all, 4, 0, 0 },
    { "who_gives_up_is_not_woken",
      reset,
      { pass_in_time, pass, pass },
      check,
      4,
      0,
      0 },
    { "who_is_cancelled_is_not_woken",
      reset,
      { pass, pass, pass },
      check,
      4,
      1,
      0 },
};

int main(void)
{
    return explore_all(scenarios, sizeof(scenarios) / sizeof(scenarios[0]));
}
