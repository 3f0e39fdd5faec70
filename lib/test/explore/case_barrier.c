// case_barrier.c - nobody goes on before all have come, and then all do.

#include <cmrx/barrier.h>

#include "explore.h"

static struct cmrx_barrier barrier;
static uint32_t here[2], passed[2], gave_up;

static void set(uint32_t threads)
{
    barrier = (struct cmrx_barrier)CMRX_BARRIER(threads);
    here[0] = here[1] = passed[0] = passed[1] = gave_up = 0;
}

EXPLORE_QUIET static void reset_two(void)
{
    set(2);
}

EXPLORE_QUIET static void reset_three(void)
{
    set(3);
}

EXPLORE_QUIET static void come(uint32_t round)
{
    here[round]++;
}

EXPLORE_QUIET static void go(uint32_t round, enum cmrx_status status)
{
    if (status == CMRX_OK) {
        EXPLORE_CHECK(here[round] >= barrier.threads);
        passed[round]++;
    } else {
        gave_up++;
    }
}

static void meet(uint32_t round, uint64_t deadline)
{
    come(round);
    go(round, cmrx_barrier_wait(&barrier, deadline));
}

static void meet_once(void)
{
    meet(0, CMRX_FOREVER);
}

static void meet_in_time(void)
{
    meet(0, EXPLORE_SOME_TIME);
}

static void meet_twice(void)
{
    meet(0, CMRX_FOREVER);
    meet(1, CMRX_FOREVER);
}

EXPLORE_QUIET static void check_twice(void)
{
    EXPLORE_CHECK(passed[0] == barrier.threads && passed[1] == barrier.threads);
    EXPLORE_CHECK(barrier.word == 2u << 8);
}

EXPLORE_QUIET static void check_once(void)
{
    EXPLORE_CHECK(passed[0] == barrier.threads && barrier.word == 1u << 8);
}

// Either all have met, or the one that stayed waits, and is counted.
EXPLORE_QUIET static void check_given_up(void)
{
    if (gave_up == 0)
        check_once();
    else
        EXPLORE_CHECK(gave_up == 1 && passed[0] == 0 && !explore_ended(1) &&
                      barrier.word == 1);
}

// Three for two places: whoever is left over waits in the next round.
EXPLORE_QUIET static void check_others_meet(void)
{
    EXPLORE_CHECK(passed[0] == 2 && barrier.word == (1u << 8) + 1 - gave_up);
}

static const struct explore_scenario scenarios[] = {
    { "two_meet_twice",
      reset_two,
      { meet_twice, meet_twice },
      check_twice,
      5,
      0,
      0 },
    { "three_meet_twice",
      reset_three,
      { meet_twice, meet_twice, meet_twice },
      check_twice,
      2,
      0,
      0 },
    { "who_gives_up_has_not_come",
      reset_two,
      { meet_in_time, meet_once },
      check_given_up,
      5,
      0,
      2 },
    { "who_is_cancelled_has_not_come",
      reset_two,
      { meet_once, meet_once },
      check_given_up,
      5,
      1,
      2 },
    { "the_others_meet_without_one",
      reset_two,
      { meet_in_time, meet_once, meet_once },
      check_others_meet,
      3,
      0,
      6 },
};

int main(void)
{
    return explore_all(scenarios, sizeof(scenarios) / sizeof(scenarios[0]));
}
