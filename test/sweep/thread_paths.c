// thread_paths.c - threads: start, exit, join, yield, wait, wake, events.

#include "sweep.h"

CMRX_POSTS(posted);
CMRX_EVENT(mail);

static enum cmrx_status status;

// ---- Start, exit and join; one worker is above the sweeper, one below

static uint32_t result;

CMRX_THREAD(above, .stack = 256, .priority = 6, .dormant = 1)
{
    cmrx_thread_exit(argument * 3);
}

CMRX_THREAD(below, .stack = 256, .priority = 4, .dormant = 1)
{
    cmrx_thread_exit(argument * 5);
}

static void above_run(void)
{
    result = 0;
    status = cmrx_thread_start(CMRX_THREAD_ID(above), 7);
    cmrx_thread_join(CMRX_THREAD_ID(above), &result, CMRX_FOREVER);
}

static bool above_is_right(void)
{
    return status == CMRX_OK && result == 21;
}

static void below_run(void)
{
    result = 0;
    status = cmrx_thread_start(CMRX_THREAD_ID(below), 7);
    cmrx_thread_join(CMRX_THREAD_ID(below), &result, CMRX_FOREVER);
}

static bool below_is_right(void)
{
    return status == CMRX_OK && result == 35;
}

// ---- Yield to an equal

static volatile uint32_t turns, turn_wanted;

CMRX_THREAD(equal, .stack = 256, .priority = 5)
{
    for (;;) {
        while (turn_wanted == 0)
            cmrx_wait(&turn_wanted, 0, CMRX_FOREVER);
        turn_wanted = 0;
        turns++;
    }
}

// The alarm for the turns of equals comes at once, and then not for 2.5 ms: it is
// to have no part in the path.
static void yield_prepare(void)
{
    cmrx_sleep_until(cmrx_time_now() + 3000); // so long nobody shares
    turns = 0;
    turn_wanted = 1;
    cmrx_wake(&turn_wanted, 1);
    for (volatile uint32_t i = 100; i > 0; i--)
        continue;
}

static void yield_run(void)
{
    cmrx_thread_yield();
}

static bool yield_is_right(void)
{
    return turns == 1;
}

// ---- Priority

static void priority_run(void)
{
    status = cmrx_thread_priority(2);
    result = (uint32_t)cmrx_thread_priority(5);
}

static bool priority_is_right(void)
{
    return status == CMRX_OK && result == 0;
}

// ---- Wait: the wake-up of the intruder must not be lost

static volatile uint32_t word;

static void word_clear(void)
{
    word = 0;
}

static void wait_run(void)
{
    while (word == 0)
        status = cmrx_wait(&word, 0, CMRX_FOREVER);
}

static void word_set(void)
{
    word = 1;
    cmrx_wake(&word, CMRX_WAKE_ALL);
}

static bool wait_is_right(void)
{
    return word == 1;
}

// ---- Wait for a deadline that comes about when the interrupt does

static uint64_t deadline, woken_at;

static void sleep_run(void)
{
    deadline = cmrx_time_now() + 25;
    status = cmrx_sleep_until(deadline);
    woken_at = cmrx_time_now();
    // The alarm behind that, for which there is nothing to do.
    for (volatile uint32_t i = 80; i > 0; i--)
        continue;
}

static bool sleep_is_right(void)
{
    return status == CMRX_OK && woken_at >= deadline &&
           woken_at < deadline + 500;
}

// The wake-up and the deadline together: one of them, once.
static void race_run(void)
{
    status = cmrx_wait(&word, 0, cmrx_time_now() + 25);
}

static bool race_is_right(void)
{
    return status == CMRX_OK || status == CMRX_TIMEOUT ||
           status == CMRX_CHANGED;
}

// ---- Three deadlines at one instant: the interrupt gets in between

static void until_deadline(void)
{
    cmrx_sleep_until(deadline);
    woken_at = cmrx_time_now();
}

CMRX_THREAD(first, .stack = 256, .priority = 6, .dormant = 1)
{
    until_deadline();
}

CMRX_THREAD(second, .stack = 256, .priority = 7, .dormant = 1)
{
    until_deadline();
}

CMRX_THREAD(third, .stack = 256, .priority = 8, .dormant = 1)
{
    until_deadline();
}

static void crowd_prepare(void)
{
    deadline = cmrx_time_now() + 320;
    status = cmrx_thread_start(CMRX_THREAD_ID(first), 0);
    status |= cmrx_thread_start(CMRX_THREAD_ID(second), 0);
    status |= cmrx_thread_start(CMRX_THREAD_ID(third), 0);
    if (cmrx_time_now() > deadline - 20)
        status = CMRX_TIMEOUT;
    while (cmrx_time_now() < deadline - 20)
        continue;
}

static void crowd_run(void)
{
    status |= cmrx_thread_join(CMRX_THREAD_ID(first), NULL, CMRX_FOREVER);
    status |= cmrx_thread_join(CMRX_THREAD_ID(second), NULL, CMRX_FOREVER);
    status |= cmrx_thread_join(CMRX_THREAD_ID(third), NULL, CMRX_FOREVER);
}

static bool crowd_is_right(void)
{
    return status == CMRX_OK && woken_at >= deadline;
}

// ---- Wake one above; the intruder wakes it, too

static volatile uint32_t asked, answered;

CMRX_THREAD(waiter, .stack = 256, .priority = 7)
{
    uint32_t seen = 0;

    for (;;) {
        while (asked == seen)
            cmrx_wait(&asked, seen, CMRX_FOREVER);
        seen = asked;
        answered = seen;
    }
}

static void ask(void)
{
    __atomic_fetch_add(&asked, 1, __ATOMIC_SEQ_CST);
    cmrx_wake(&asked, 1);
}

static bool wake_is_right(void)
{
    return answered == asked;
}

// ---- Post; the intruder posts another bit of the same event

static uint32_t before[2];

static uint32_t count_of(uint32_t bit)
{
    uint32_t count = 0;

    cmrx_call(&count, back, count, bit);
    return count;
}

static void post_prepare(void)
{
    before[0] = count_of(0);
    before[1] = count_of(1);
}

static void post_run(void)
{
    status = cmrx_post(posted, 1);
}

static void post_intrude(void)
{
    cmrx_post(posted, 2);
}

static bool post_is_right(void)
{
    return status == CMRX_OK && count_of(0) == before[0] + 1 &&
           count_of(1) == before[1] + 1;
}

// ---- Take an event: the bit of the intruder must not be lost

static uint32_t taken;

static void take_prepare(void)
{
    cmrx_call(NULL, back, mail, 1);
    taken = 0;
}

static void take_run(void)
{
    while (taken != 3) {
        uint32_t bits = cmrx_event_take(&mail, 3, CMRX_FOREVER);
        if ((taken & bits) != 0)
            status = CMRX_INVALID; // twice
        taken |= bits;
    }
}

static void take_intrude(void)
{
    cmrx_call(NULL, back, mail, 2);
}

static bool take_is_right(void)
{
    return status == CMRX_OK && taken == 3 && mail == 0;
}

const struct path thread_paths[] = {
    { "start_above", NULL, above_run, NULL, above_is_right, 0, 0 },
    { "start_below", NULL, below_run, NULL, below_is_right, 0, 0 },
    { "yield", yield_prepare, yield_run, NULL, yield_is_right, 0, 0 },
    { "priority", NULL, priority_run, NULL, priority_is_right, 0, 0 },
    { "wait", word_clear, wait_run, word_set, wait_is_right, 600, 0 },
    { "sleep", NULL, sleep_run, NULL, sleep_is_right, 6000, 600 },
    { "wake_or_deadline", word_clear, race_run, word_set, race_is_right, 6000,
      600 },
    { "crowd", crowd_prepare, crowd_run, NULL, crowd_is_right, 3000, 0 },
    { "wake", NULL, ask, ask, wake_is_right, 0, 0 },
    { "post", post_prepare, post_run, post_intrude, post_is_right, 0, 0 },
    { "event_take", take_prepare, take_run, take_intrude, take_is_right, 1000,
      0 },
};
const uint32_t thread_paths_count =
    sizeof thread_paths / sizeof thread_paths[0];
