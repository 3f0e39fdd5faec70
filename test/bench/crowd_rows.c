// crowd_rows.c - what the others do while paths are measured.

#include "meter.h"

CMRX_USE(struct crowd, crowd);

#define MINUTE 60000000u // us: later than what is measured, nearer than FAR

// They need some time to get there; the meter sleeps meanwhile.
void crowd_set(enum crowd_mode mode, uint32_t count)
{
    static enum crowd_mode mode_now = CROWD_WAITS;
    static uint32_t count_now;

    if (mode == mode_now && count == count_now)
        return;
    mode_now = mode;
    count_now = count;
    check(cmrx_call(NULL, crowd, set, mode, count,
                    (uint32_t)cmrx_time_now() + MINUTE) == CMRX_OK);
    rest(30000);
}

// ---- Waiting where many wait: the marks are in the process of the crowd

static void wake_nobody(uint32_t n)
{
    (void)n;
    check(cmrx_call(NULL, crowd, wake_nobody) == CMRX_OK);
}

static void wake_all(uint32_t n)
{
    (void)n;
    check(cmrx_call(NULL, crowd, wake_all) == CMRX_OK);
    rest(30000);
}

static const struct row crowd_rows_table[] = {
    { "wake_nobody_of_all", wake_nobody, FROM_MARK, 1u << CROWD_WAITS },
    { "wake_all", wake_all, FROM_MARK, 1u << CROWD_WAITS },
};
ROWS(crowd_rows);
