// case_queue.c - what is put in comes out once, in order, and nobody sleeps.

#include <cmrx/queue.h>

#include "explore.h"

static uint32_t one[1], two[2];
static struct cmrx_queue queue;
static uint32_t got[8], got_count, put_count;

EXPLORE_QUIET static void reset_one(void)
{
    queue = (struct cmrx_queue)CMRX_QUEUE(one);
    got_count = put_count = 0;
}

EXPLORE_QUIET static void reset_two(void)
{
    queue = (struct cmrx_queue)CMRX_QUEUE(two);
    got_count = put_count = 0;
}

EXPLORE_QUIET static void note(uint32_t value)
{
    got[got_count++] = value;
}

EXPLORE_QUIET static void note_put(enum cmrx_status status)
{
    put_count += status == CMRX_OK;
}

static void put(uint32_t value, uint64_t deadline)
{
    note_put(cmrx_queue_put(&queue, &value, deadline));
}

static void get(uint64_t deadline)
{
    uint32_t value;

    if (cmrx_queue_get(&queue, &value, deadline) == CMRX_OK)
        note(value);
}

static void put_10_11(void)
{
    put(10, CMRX_FOREVER);
    put(11, CMRX_FOREVER);
}

static void put_20(void)
{
    put(20, CMRX_FOREVER);
}

static void put_30_in_time(void)
{
    put(30, EXPLORE_SOME_TIME);
}

static void get_one(void)
{
    get(CMRX_FOREVER);
}

static void get_two(void)
{
    get(CMRX_FOREVER);
    get(CMRX_FOREVER);
}

static void get_three(void)
{
    get_two();
    get_one();
}

static void get_in_time(void)
{
    get(EXPLORE_SOME_TIME);
}

static void get_at_once(void)
{
    get(0);
}

EXPLORE_QUIET static bool is_before(uint32_t first, uint32_t second)
{
    for (uint32_t n = 0; n < got_count; n++)
        if (got[n] == second)
            return false;
        else if (got[n] == first)
            return true;
    return false;
}

// All that was put and not got is in there, and no token is missing.
EXPLORE_QUIET static void check(void)
{
    uint32_t left = put_count - got_count;

    EXPLORE_CHECK(got_count <= put_count && left <= queue.capacity);
    EXPLORE_CHECK(queue.used.count == left);
    EXPLORE_CHECK(queue.room.count == queue.capacity - left);
    EXPLORE_CHECK(queue.lock.word == 0);
    for (unsigned i = 0; i < got_count; i++)
        for (unsigned n = 0; n < i; n++)
            EXPLORE_CHECK(got[i] != got[n]);
}

EXPLORE_QUIET static void check_order(void)
{
    check();
    EXPLORE_CHECK(got_count == 3 && is_before(10, 11));
}

EXPLORE_QUIET static void check_two(void)
{
    check();
    EXPLORE_CHECK(got_count == 2);
}

// A reader sleeps only when nothing is left, a writer when it is full.
EXPLORE_QUIET static void check_sleepers(void)
{
    check();
    EXPLORE_CHECK(explore_ended(0) || queue.used.count == 0);
    EXPLORE_CHECK(explore_ended(1) || queue.used.count == 0);
}

EXPLORE_QUIET static void check_writers(void)
{
    check();
    EXPLORE_CHECK(explore_ended(0) || queue.room.count == 0);
    EXPLORE_CHECK(explore_ended(1) || queue.room.count == 0);
}

static const struct explore_scenario scenarios[] = {
    { "through_one_place_in_order",
      reset_one,
      { put_10_11, put_20, get_three },
      check_order,
      2,
      0,
      0 },
    { "through_two_places_in_order",
      reset_two,
      { put_10_11, put_20, get_three },
      check_order,
      2,
      0,
      0 },
    { "to_two_readers",
      reset_one,
      { get_one, get_one, put_10_11 },
      check_two,
      2,
      0,
      0 },
    { "who_gives_up_gets_nothing",
      reset_one,
      { get_in_time, get_one, put_20 },
      check_sleepers,
      2,
      0,
      2 },
    { "who_is_cancelled_gets_nothing",
      reset_two,
      { get_one, get_two, put_10_11 },
      check_sleepers,
      2,
      1,
      3 },
    { "who_gives_up_puts_nothing",
      reset_one,
      { put_30_in_time, put_10_11, get_two, get_at_once },
      check_writers,
      1,
      0,
      7 },
    { "who_is_cancelled_puts_nothing",
      reset_one,
      { put_20, put_10_11, get_two },
      check_writers,
      2,
      1,
      7 },
};

int main(void)
{
    return explore_all(scenarios, sizeof(scenarios) / sizeof(scenarios[0]));
}
