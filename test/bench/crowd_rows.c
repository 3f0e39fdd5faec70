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

// ---- In a row. The second time nobody measures, and a deadline ends it.

static enum cmrx_status stood;
static uint32_t stands_for; // us, or 0

static void helper_stands(void)
{
    cmrx_call(&stood, crowd, stand, stands_for);
}

static void stand(uint32_t us)
{
    stands_for = us;
    helper_start(helper_stands);
    helper_join();
    check(stood == (us == 0 ? CMRX_OK : CMRX_TIMEOUT));
}

static void stand_too_long(void)
{
    stand(20000);
}

static void mutex_in_a_row(uint32_t n)
{
    (void)n;
    crowd_set(CROWD_IN_A_ROW, crowd_size);
    unmeasured(stand_too_long);
    stand(0);
    crowd_set(CROWD_WAITS, crowd_size);
}

static const struct row crowd_rows_table[] = {
    { "wake_nobody_of_all", wake_nobody, FROM_MARK, 1u << CROWD_WAITS },
    { "wake_all", wake_all, FROM_MARK, 1u << CROWD_WAITS },
    { "mutex_in_a_row", mutex_in_a_row, FROM_MARK_AND_ALARMS,
      1u << CROWD_WAITS },
};
ROWS(crowd_rows);
