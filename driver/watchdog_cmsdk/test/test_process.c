// test_process.c - the watchdog as its registers see it.

#include "../../watchdog.h"

#include <cmrx/test.h>

CMRX_USE(struct watchdog, watchdog);

struct registers {
    uint32_t load, value, control, clear, raw, masked, reserved[762], lock;
};

CMRX_DEVICE(struct registers, port);

static int32_t kick(uint32_t timeout_us)
{
    int32_t result = 1;

    cmrx_check_equal(cmrx_call(&result, watchdog, kick, timeout_us), CMRX_OK);
    return result;
}

CMRX_TEST(a_kick_counts_from_the_time_that_was_said)
{
    port.lock = 1;
    cmrx_check_equal(kick(1000), 0);
    cmrx_check_equal(port.load, 25000);
    cmrx_check_equal(port.clear, 1);
    cmrx_check_equal(port.control, 3);
}

CMRX_TEST(the_registers_are_locked_again)
{
    port.lock = 1;
    kick(1000);
    cmrx_check_equal(port.lock, 0);
}

CMRX_TEST(the_next_kick_can_say_another_time)
{
    kick(1000);
    cmrx_check_equal(kick(171798691), 0); // the longest
    cmrx_check_equal(port.load, 4294967275u);
}

CMRX_TEST(what_it_cannot_count_changes_nothing)
{
    kick(1000);
    cmrx_check_equal(kick(0), WATCHDOG_RANGE);
    cmrx_check_equal(kick(171798692), WATCHDOG_RANGE);
    cmrx_check_equal(port.load, 25000);
}
