// thread_rows.c - threads, waiting and waking, events.

#include "meter.h"

CMRX_POSTS(ignored);

static volatile uint32_t word;

// ---- Yield, to a thread of the server that is as urgent

static void yield(uint32_t n)
{
    (void)n;
    cmrx_post(fault, DO_YIELD); // it lowers itself and stands behind us
    MARK_BEGIN();
    cmrx_thread_yield(); // it raises itself, and waits again
}

static void yield_alone(uint32_t n)
{
    (void)n;
    MARK_BEGIN();
    cmrx_thread_yield();
    MARK_END();
}

// ---- Events

static void post_unheard(uint32_t n)
{
    MARK_BEGIN();
    enum cmrx_status status = cmrx_post(ignored, n + 1);
    MARK_END();
    check(status == CMRX_OK);
}

static void post_to_waiter(uint32_t n)
{
    (void)n;
    MARK_BEGIN();
    cmrx_post(fault, NOTICE);
}

// ---- Words

static void helper_waits(void)
{
    check(cmrx_wait(&word, 0, CMRX_FOREVER) == CMRX_OK);
    MARK_END();
}

static void wake(uint32_t n)
{
    (void)n;
    helper_start(helper_waits);
    MARK_BEGIN();
    int32_t woken = cmrx_wake(&word, 1);
    check(woken == 1);
    helper_join();
}

static void wake_nobody(uint32_t n)
{
    (void)n;
    MARK_BEGIN();
    int32_t woken = cmrx_wake(&word, 1);
    MARK_END();
    check(woken == 0);
}

static void helper_goes_to_wait(void)
{
    MARK_BEGIN(); // the end is in the meter, which goes on
    cmrx_wait(&word, 0, CMRX_FOREVER);
}

static void wait(uint32_t n)
{
    (void)n;
    helper_start(helper_goes_to_wait);
    MARK_END();
    cmrx_wake(&word, 1);
    helper_join();
}

// ---- The life of a thread

static void helper_marks(void)
{
    MARK_END();
}

static void start(uint32_t n)
{
    (void)n;
    MARK_BEGIN();
    helper_start(helper_marks);
    helper_join();
}

static void helper_exits(void)
{
    MARK_BEGIN();
    cmrx_thread_exit(5);
}

static void leave(uint32_t n)
{
    (void)n;
    helper_start(helper_exits);
    MARK_END();
    helper_join();
}

static void helper_exits_late(void)
{
    cmrx_thread_priority(5);
    MARK_BEGIN();
    cmrx_thread_exit(5);
}

static void leave_to_joiner(uint32_t n)
{
    (void)n;
    helper_start(helper_exits_late);
    helper_join();
    MARK_END();
}

static void helper_ends(void)
{
}

static void join(uint32_t n)
{
    (void)n;
    helper_start(helper_ends);
    MARK_BEGIN();
    enum cmrx_status status =
        cmrx_thread_join(CMRX_THREAD_ID(helper), NULL, CMRX_FOREVER);
    MARK_END();
    check(status == CMRX_OK);
}

static void priority(uint32_t n)
{
    (void)n;
    MARK_BEGIN();
    enum cmrx_status status = cmrx_thread_priority(10);
    MARK_END();
    check(status == CMRX_OK);
}

static const struct row thread_rows_table[] = {
    { "yield", yield, FROM_MARK, 0 },
    { "yield_alone", yield_alone, FROM_MARK, 0 },
    { "post_unheard", post_unheard, FROM_MARK, 0 },
    { "post_to_waiter", post_to_waiter, FROM_MARK, 0 },
    { "wake", wake, FROM_MARK, 0 },
    { "wake_nobody", wake_nobody, FROM_MARK, 0 },
    { "wait", wait, FROM_MARK, 0 },
    { "thread_start", start, FROM_MARK, 0 },
    { "thread_exit", leave, FROM_MARK, 0 },
    { "thread_exit_joined", leave_to_joiner, FROM_MARK, 0 },
    { "thread_join", join, FROM_MARK, 0 },
    { "thread_priority", priority, FROM_MARK, 0 },
};
ROWS(thread_rows);
