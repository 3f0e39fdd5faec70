// case_mutex.c - one inside, and nobody sleeps on a free one.

#include <cmrx/mutex.h>

#include "explore.h"

static struct cmrx_mutex mutex;
static uint32_t inside, passed;
static bool is_left; // who had it last has ended with it
static volatile uint32_t place;

EXPLORE_QUIET static void reset(void)
{
    mutex = (struct cmrx_mutex){ 0 };
    inside = passed = 0;
    is_left = false;
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

// Taken, and told that it was left behind, or not.
EXPLORE_QUIET static bool is_taken(enum cmrx_status status)
{
    if (status != CMRX_OK && status != CMRX_OWNER_DEAD)
        return false;
    EXPLORE_CHECK((status == CMRX_OWNER_DEAD) == is_left);
    is_left = false;
    return true;
}

// Ends with it.
static void keep(void)
{
    if (!is_taken(cmrx_mutex_lock(&mutex, CMRX_FOREVER)))
        return;
    enter();
    place = 1;
    leave();
    is_left = true;
}

static void pass_until(uint64_t deadline)
{
    if (!is_taken(cmrx_mutex_lock(&mutex, deadline)))
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

static void take_twice(void)
{
    cmrx_mutex_lock(&mutex, CMRX_FOREVER);
    EXPLORE_CHECK(cmrx_mutex_lock(&mutex, CMRX_FOREVER) == CMRX_LOOP);
    cmrx_mutex_unlock(&mutex);
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

EXPLORE_QUIET static void check_left(void)
{
    EXPLORE_CHECK((mutex.word == 0) != is_left && inside == 0);
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
    { "who_has_it_is_told", reset, { take_twice, pass }, check, 5, 0, 0 },
    { "who_is_next_learns_that_it_was_left",
      reset,
      { keep, pass, pass },
      check_left,
      4,
      0,
      0 },
    { "of_two_that_leave_it_each_is_told",
      reset,
      { keep, keep, pass },
      check_left,
      4,
      0,
      0 },
    { "who_gives_up_does_not_hide_it",
      reset,
      { keep, pass_in_time, pass },
      check_left,
      4,
      0,
      0 },
    { "who_is_cancelled_does_not_hide_it",
      reset,
      { keep, pass, pass },
      check_left,
      3,
      7,
      0 },
};

int main(void)
{
    return explore_all(scenarios, sizeof(scenarios) / sizeof(scenarios[0]));
}
