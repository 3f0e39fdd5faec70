// case_condition.c - what was signalled is seen by one who still waits.

#include <cmrx/condition.h>

#include "explore.h"

static struct cmrx_mutex mutex;
static struct cmrx_condition condition;
static uint32_t items, taken, inside, gone;

EXPLORE_QUIET static void reset(void)
{
    mutex.word = 0;
    condition = (struct cmrx_condition){ 0 };
    items = taken = inside = gone = 0;
}

EXPLORE_QUIET static void enter(void)
{
    EXPLORE_CHECK(++inside == 1);
}

EXPLORE_QUIET static void leave(void)
{
    inside--;
}

// False: it goes without the mutex.
static bool wait_until(uint64_t deadline)
{
    leave();
    enum cmrx_status status = cmrx_condition_wait(&condition, &mutex, deadline);

    if (status == CMRX_CANCELLED)
        return false;
    enter();
    return status == CMRX_OK;
}

static void take(uint64_t deadline)
{
    if (cmrx_mutex_lock(&mutex, CMRX_FOREVER) != CMRX_OK)
        return;
    enter();
    while (items == 0) {
        if (!wait_until(deadline)) {
            if (deadline == CMRX_FOREVER)
                return;
            break;
        }
    }
    if (items > 0) {
        items--;
        taken++;
    }
    leave();
    cmrx_mutex_unlock(&mutex);
}

static void take_one(void)
{
    take(CMRX_FOREVER);
}

static void take_in_time(void)
{
    take(EXPLORE_SOME_TIME);
}

static void put(uint32_t count)
{
    cmrx_mutex_lock(&mutex, CMRX_FOREVER);
    enter();
    items += count;
    leave();
}

static void put_and_signal(void)
{
    put(1);
    cmrx_mutex_unlock(&mutex);
    cmrx_condition_signal(&condition);
}

static void signal_inside(void)
{
    put(1);
    cmrx_condition_signal(&condition);
    cmrx_mutex_unlock(&mutex);
}

static void put_two_and_broadcast(void)
{
    put(2);
    cmrx_mutex_unlock(&mutex);
    cmrx_condition_broadcast(&condition);
}

static void put_and_signal_twice(void)
{
    put_and_signal();
    put_and_signal();
}

EXPLORE_QUIET static void check(void)
{
    uint32_t asleep = (uint32_t)!explore_ended(0) + (uint32_t)!explore_ended(1);

    EXPLORE_CHECK(items == 0 || asleep == 0);
    EXPLORE_CHECK(condition.waiters == asleep);
    EXPLORE_CHECK(mutex.word == 0 && inside == 0);
}

EXPLORE_QUIET static void check_all_taken(void)
{
    check();
    EXPLORE_CHECK(items == 0 && taken == 2);
}

static const struct explore_scenario scenarios[] = {
    { "two_signals_reach_two",
      reset,
      { take_one, take_one, put_and_signal_twice },
      check_all_taken,
      3,
      0,
      0 },
    { "signals_of_two_reach_two",
      reset,
      { take_one, take_one, put_and_signal, signal_inside },
      check_all_taken,
      2,
      0,
      0 },
    { "broadcast_reaches_all",
      reset,
      { take_one, take_one, put_two_and_broadcast },
      check_all_taken,
      3,
      0,
      0 },
    { "who_gives_up_leaves_the_signal",
      reset,
      { take_in_time, take_one, put_and_signal },
      check,
      3,
      0,
      2 },
    { "who_is_cancelled_passes_the_signal_on",
      reset,
      { take_one, take_one, signal_inside },
      check,
      3,
      1,
      3 },
};

int main(void)
{
    return explore_all(scenarios, sizeof(scenarios) / sizeof(scenarios[0]));
}
