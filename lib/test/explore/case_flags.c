// case_flags.c - who waits for flags that are set does not sleep.

#include <cmrx/flags.h>

#include "explore.h"

static struct cmrx_flags flags;
static uint32_t seen[EXPLORE_THREADS];
static enum cmrx_status status[EXPLORE_THREADS];

EXPLORE_QUIET static void reset(void)
{
    flags = (struct cmrx_flags){ 0 };
    for (unsigned i = 0; i < EXPLORE_THREADS; i++)
        seen[i] = 0;
}

EXPLORE_QUIET static void note(enum cmrx_status s, uint32_t bits)
{
    status[explore_self()] = s;
    seen[explore_self()] = bits;
}

static void wait(uint32_t mask, uint32_t how, uint64_t deadline)
{
    uint32_t bits = 0;
    enum cmrx_status s = cmrx_flags_wait(&flags, mask, how, deadline, &bits);

    note(s, bits);
}

static void wait_any(void)
{
    wait(3, CMRX_FLAGS_ANY, CMRX_FOREVER);
}

static void wait_all(void)
{
    wait(3, CMRX_FLAGS_ALL, CMRX_FOREVER);
}

static void take_all(void)
{
    wait(3, CMRX_FLAGS_ALL | CMRX_FLAGS_CLEAR, CMRX_FOREVER);
}

static void take_first(void)
{
    wait(1, CMRX_FLAGS_ANY | CMRX_FLAGS_CLEAR, CMRX_FOREVER);
}

static void take_first_in_time(void)
{
    wait(1, CMRX_FLAGS_ANY | CMRX_FLAGS_CLEAR, EXPLORE_SOME_TIME);
}

static void set_first(void)
{
    cmrx_flags_set(&flags, 1);
}

static void set_second(void)
{
    cmrx_flags_set(&flags, 2);
}

static void set_both_by_and_by(void)
{
    set_first();
    set_second();
}

EXPLORE_QUIET static void check_all_seen(void)
{
    EXPLORE_CHECK((seen[0] & 3) != 0 && seen[1] == 3);
    EXPLORE_CHECK(flags.bits == 3 && flags.waiters == 0);
}

EXPLORE_QUIET static void check_taken_once(void)
{
    uint32_t slept = (uint32_t)!explore_ended(0) + (uint32_t)!explore_ended(1);

    EXPLORE_CHECK(seen[0] + seen[1] + (flags.bits & 1) == 1);
    EXPLORE_CHECK((flags.bits & 1) == 0 || slept == 0);
    EXPLORE_CHECK(flags.waiters == slept);
}

// Two set flag 0, which may coincide: then one of the takers sleeps on.
EXPLORE_QUIET static void check_taken(void)
{
    EXPLORE_CHECK(seen[0] == 1 || seen[1] == 1);
    EXPLORE_CHECK((explore_ended(0) && explore_ended(1)) ||
                  (flags.bits & 1) == 0);
}

// It takes both flags at once or none.
EXPLORE_QUIET static void check_both(void)
{
    EXPLORE_CHECK((seen[0] == 3 && flags.bits == 0 && seen[1] == 0) ||
                  (seen[0] == 0 && flags.bits == 2 && seen[1] == 1));
}

EXPLORE_QUIET static void check_one_is_enough(void)
{
    EXPLORE_CHECK(seen[0] == 1 && flags.bits == 1);
}

static const struct explore_scenario scenarios[] = {
    { "one_of_any_is_enough",
      reset,
      { wait_any, set_first },
      check_one_is_enough,
      4,
      0,
      0 },
    { "any_and_all_are_seen",
      reset,
      { wait_any, wait_all, set_first, set_second },
      check_all_seen,
      2,
      0,
      0 },
    { "by_and_by_is_as_good",
      reset,
      { wait_any, wait_all, set_both_by_and_by },
      check_all_seen,
      3,
      0,
      0 },
    { "a_flag_is_taken_by_one",
      reset,
      { take_first, take_first, set_first, set_second },
      check_taken_once,
      2,
      0,
      3 },
    { "flags_that_two_set",
      reset,
      { take_first, take_first, set_first, set_first },
      check_taken,
      2,
      0,
      3 },
    { "all_are_taken_together",
      reset,
      { take_all, take_first, set_both_by_and_by },
      check_both,
      3,
      0,
      3 },
    { "who_gives_up_takes_nothing",
      reset,
      { take_first_in_time, take_first, set_first },
      check_taken_once,
      3,
      0,
      3 },
    { "who_is_cancelled_takes_nothing",
      reset,
      { take_first, take_first, set_first },
      check_taken_once,
      3,
      1,
      3 },
};

int main(void)
{
    return explore_all(scenarios, sizeof(scenarios) / sizeof(scenarios[0]));
}
