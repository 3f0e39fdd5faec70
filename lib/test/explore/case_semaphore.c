// case_semaphore.c - tokens are neither lost nor made, and nobody sleeps on one.

#include <cmrx/semaphore.h>

#include "explore.h"

static struct cmrx_semaphore semaphore;
static uint32_t taken, given, refused, inside;

static void set(uint32_t count, uint32_t maximum)
{
    semaphore = (struct cmrx_semaphore)CMRX_SEMAPHORE(count, maximum);
    taken = given = refused = inside = 0;
}

EXPLORE_QUIET static void reset_empty(void)
{
    set(0, 5);
}

EXPLORE_QUIET static void reset_one(void)
{
    set(1, 1);
}

EXPLORE_QUIET static void note(enum cmrx_status status)
{
    if (status == CMRX_OK)
        taken++;
    else
        EXPLORE_CHECK(status == CMRX_TIMEOUT || status == CMRX_CANCELLED);
}

EXPLORE_QUIET static void note_given(enum cmrx_status status)
{
    if (status == CMRX_OK)
        given++;
    else
        refused++;
}

static void take(void)
{
    note(cmrx_semaphore_take(&semaphore, CMRX_FOREVER));
}

static void take_in_time(void)
{
    note(cmrx_semaphore_take(&semaphore, EXPLORE_SOME_TIME));
}

static void give(void)
{
    note_given(cmrx_semaphore_give(&semaphore));
}

static void give_two(void)
{
    give();
    give();
}

static void take_at_once_and_give_back(void)
{
    if (cmrx_semaphore_take(&semaphore, 0) == CMRX_OK)
        cmrx_semaphore_give(&semaphore);
}

EXPLORE_QUIET static void enter(void)
{
    EXPLORE_CHECK(++inside == 1);
}

EXPLORE_QUIET static void leave(void)
{
    inside--;
}

static void pass_through(void)
{
    take();
    enter();
    volatile uint32_t *place = &semaphore.maximum;
    (void)*place; // others may go on
    leave();
    give();
}

EXPLORE_QUIET static void check_tokens(void)
{
    EXPLORE_CHECK(semaphore.count + taken == given);
    EXPLORE_CHECK(semaphore.count == 0 ||
                  (explore_ended(0) && explore_ended(1)));
    EXPLORE_CHECK(semaphore.waiters ==
                  (uint32_t)!explore_ended(0) + (uint32_t)!explore_ended(1));
}

EXPLORE_QUIET static void check_free(void)
{
    EXPLORE_CHECK(semaphore.count == 1 && semaphore.waiters == 0);
}

EXPLORE_QUIET static void check_limit(void)
{
    EXPLORE_CHECK(semaphore.count + taken == given + 1 &&
                  given + refused == 3 && semaphore.count <= 1);
}

static const struct explore_scenario scenarios[] = {
    { "two_take_what_one_gives",
      reset_empty,
      { take, take, give_two },
      check_tokens,
      3,
      0,
      0 },
    { "two_take_what_two_give",
      reset_empty,
      { take, take, give, give },
      check_tokens,
      2,
      0,
      0 },
    { "who_gives_up_takes_nothing",
      reset_empty,
      { take_in_time, take, give },
      check_tokens,
      3,
      0,
      2 },
    { "who_is_cancelled_takes_nothing",
      reset_empty,
      { take, take, give },
      check_tokens,
      3,
      1,
      3 },
    { "who_is_faster_gives_the_wake_with_the_token",
      reset_empty,
      { take, take, give_two, take_at_once_and_give_back },
      check_tokens,
      2,
      0,
      0 },
    { "one_token_admits_one",
      reset_one,
      { pass_through, pass_through, pass_through },
      check_free,
      3,
      0,
      0 },
    { "never_more_than_the_maximum",
      reset_one,
      { take, give_two, give },
      check_limit,
      3,
      0,
      0 },
};

int main(void)
{
    return explore_all(scenarios, sizeof(scenarios) / sizeof(scenarios[0]));
}
