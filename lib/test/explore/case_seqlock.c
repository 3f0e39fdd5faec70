// case_seqlock.c - what is read is whole, and readers do not sleep on.

#include <cmrx/seqlock.h>

#include "explore.h"

static struct cmrx_seqlock lock;
static volatile uint32_t low, high;
static uint32_t last_seen[EXPLORE_THREADS];
static uint32_t gave_up;

EXPLORE_QUIET static void reset(void)
{
    lock = (struct cmrx_seqlock){ 0 };
    low = high = gave_up = 0;
    for (unsigned i = 0; i < EXPLORE_THREADS; i++)
        last_seen[i] = 0;
}

EXPLORE_QUIET static void note(uint32_t a, uint32_t b)
{
    EXPLORE_CHECK(a == b && a >= last_seen[explore_self()]);
    last_seen[explore_self()] = a;
}

EXPLORE_QUIET static void note_gave_up(void)
{
    gave_up++;
}

static void read(uint64_t deadline)
{
    uint32_t begun, a, b;

    do {
        if (cmrx_seqlock_read_begin(&lock, &begun, deadline) != CMRX_OK) {
            note_gave_up();
            return;
        }
        a = low;
        b = high;
    } while (cmrx_seqlock_read_again(&lock, begun));
    note(a, b);
}

static void read_once(void)
{
    read(CMRX_FOREVER);
}

static void read_twice(void)
{
    read(CMRX_FOREVER);
    read(CMRX_FOREVER);
}

static void read_in_time(void)
{
    read(EXPLORE_SOME_TIME);
}

static void write_once(void)
{
    cmrx_seqlock_write_begin(&lock);
    low = low + 1;
    high = high + 1;
    cmrx_seqlock_write_end(&lock);
}

static void write_twice(void)
{
    write_once();
    write_once();
}

EXPLORE_QUIET static void check(void)
{
    EXPLORE_CHECK(lock.sequence % 2 == 0 && lock.waiters == 0);
    EXPLORE_CHECK(gave_up == 0 && low == high);
}

EXPLORE_QUIET static void check_given_up(void)
{
    EXPLORE_CHECK(lock.sequence % 2 == 0 && lock.waiters == 0);
    EXPLORE_CHECK(gave_up <= 1);
}

static const struct explore_scenario scenarios[] = {
    { "what_is_read_is_whole",
      reset,
      { read_twice, write_twice },
      check,
      5,
      0,
      0 },
    { "two_readers",
      reset,
      { read_once, read_once, write_once },
      check,
      4,
      0,
      0 },
    { "who_gives_up_reads_nothing",
      reset,
      { read_in_time, read_once, write_once },
      check_given_up,
      3,
      0,
      0 },
    { "who_is_cancelled_reads_nothing",
      reset,
      { read_once, read_once, write_once },
      check_given_up,
      3,
      1,
      0 },
};

int main(void)
{
    return explore_all(scenarios, sizeof(scenarios) / sizeof(scenarios[0]));
}
