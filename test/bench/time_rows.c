// time_rows.c - interrupts and deadlines.

#include "meter.h"

#define FAR 1000000000u // us: later than all others

static volatile uint32_t word;

// ---- An interrupt wakes its driver's thread: out of the meter's code, or out
// of idle. Its end mark is in the server.

void interrupt(uint32_t n)
{
    check(cmrx_call(NULL, server, tick, 400 + n) == CMRX_OK);
    if (n % 2 == 0)
        for (volatile uint32_t i = 0; i < 200; i++)
            continue;
    settle();
}

// ---- A deadline: nearer than all others, or further

static void helper_sleeps(void)
{
    uint64_t now = cmrx_time_now();
    uint64_t deadline = now + (sample_number % 2 == 0 ? 5000 : FAR);

    MARK_BEGIN(); // the end is in the meter, which goes on
    cmrx_wait(&word, 0, deadline);
}

static void arm(uint32_t n)
{
    (void)n;
    helper_start(helper_sleeps);
    MARK_END();
    cmrx_wake(&word, 1);
    helper_join();
}

static void helper_is_woken(void)
{
    uint64_t now = cmrx_time_now();

    cmrx_wait(&word, 0, now + (sample_number % 2 == 0 ? 5000 : FAR));
    MARK_END();
}

static void disarm(uint32_t n)
{
    (void)n;
    helper_start(helper_is_woken);
    MARK_BEGIN();
    cmrx_wake(&word, 1);
    helper_join();
}

static void helper_oversleeps(void)
{
    cmrx_sleep_until(cmrx_time_now() + 100 + sample_number);
    MARK_END();
}

static void expire(uint32_t n)
{
    helper_start(helper_oversleeps);
    if (n % 4 < 2)
        for (volatile uint32_t i = 0; i < 1000; i++)
            continue;
    helper_join();
}

static void now(uint32_t n)
{
    uint64_t before = cmrx_time_now();

    (void)n;
    MARK_BEGIN();
    uint64_t time = cmrx_time_now();
    MARK_END();
    check(time >= before && time < before + 1000);
}

static const struct row time_rows_table[] = {
    { "interrupt_to_thread", interrupt, FROM_INTERRUPT, 0 },
    { "time_now", now, FROM_MARK, 0 },
    { "timer_arm", arm, FROM_MARK, 1u << CROWD_WAITS },
    { "timer_disarm", disarm, FROM_MARK, 1u << CROWD_WAITS },
    { "timer_expiry", expire, FROM_ALARM, 1u << CROWD_WAITS },
};
ROWS(time_rows);

// ---- The same while so many others wait for theirs

static void among(uint32_t n, uint32_t others, void (*sample)(uint32_t n))
{
    if (n == 0) {
        crowd_set(CROWD_SLEEPS, others);
        settle();
    }
    sample(n);
}

static void arm_4(uint32_t n)
{
    among(n, 4, arm);
}

static void disarm_4(uint32_t n)
{
    among(n, 4, disarm);
}

static void expire_4(uint32_t n)
{
    among(n, 4, expire);
}

static void arm_all(uint32_t n)
{
    among(n, crowd_size, arm);
}

static void disarm_all(uint32_t n)
{
    among(n, crowd_size, disarm);
}

static void expire_all(uint32_t n)
{
    among(n, crowd_size, expire);
}

static const struct row crowd_time_rows_table[] = {
    { "timer_arm_4", arm_4, FROM_MARK, 1u << CROWD_SLEEPS },
    { "timer_disarm_4", disarm_4, FROM_MARK, 1u << CROWD_SLEEPS },
    { "timer_expiry_4", expire_4, FROM_ALARM, 1u << CROWD_SLEEPS },
    { "timer_arm_all", arm_all, FROM_MARK, 1u << CROWD_SLEEPS },
    { "timer_disarm_all", disarm_all, FROM_MARK, 1u << CROWD_SLEEPS },
    { "timer_expiry_all", expire_all, FROM_ALARM, 1u << CROWD_SLEEPS },
};
ROWS(crowd_time_rows);
