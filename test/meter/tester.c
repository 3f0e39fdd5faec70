// tester.c - compares what the meter says of known loads with what they are. Time is
// that of the emulator, so each run says the same.

#include "../../server/meter/meter.h"
#include "report.h"

// Numbers of the processes as in CMakeLists.txt, and of their threads.
enum { TESTER, BUSY, HELPER, METER, IDLE };
enum { TESTER_MAIN, BUSY_MAIN, HELPER_ONE, HELPER_TWO };

CMRX_USE(struct meter, meter);

#define WAIT_US 11000000u
#define TOLERANCE                                                              \
    500u // three standard deviations of a half, of 1000 samples: 4.7 %

static uint32_t samples;

static uint32_t share(uint32_t what, uint32_t number)
{
    uint64_t says = 0;

    cmrx_call(&says, meter, share, what, number, METER_RECENT);
    samples = (uint32_t)(says >> 32);
    report("  ");
    report_number((uint32_t)says);
    report("\n");
    return (uint32_t)says;
}

static bool is_about(uint32_t found, uint32_t expected)
{
    return found + TOLERANCE >= expected && found <= expected + TOLERANCE;
}

static bool nothing_is_said_before_it_is_known(void)
{
    share(METER_THREAD, TESTER_MAIN);
    return samples == 0;
}

static bool thread_in_step_with_the_meter_is_seen(void)
{
    cmrx_sleep_until(cmrx_time_now() + WAIT_US);
    return is_about(share(METER_THREAD, BUSY_MAIN), 5000) &&
           samples == METER_SPAN;
}

static bool time_in_a_call_counts_for_the_process_that_was_called(void)
{
    // Half of what busy leaves, and what it has it do.
    return is_about(share(METER_PROCESS, BUSY), 3000) &&
           is_about(share(METER_PROCESS, HELPER), 2000 + 2500);
}

static bool equals_have_had_equal_parts(void)
{
    return is_about(share(METER_THREAD, HELPER_ONE), 1250) &&
           is_about(share(METER_THREAD, HELPER_TWO), 1250);
}

static bool rest_is_idle(void)
{
    return is_about(share(METER_PROCESS, IDLE), 2500);
}

static bool all_of_it_is_somebodys(void)
{
    uint32_t sum = 0;

    for (uint32_t p = TESTER; p <= IDLE; p++)
        sum += share(METER_PROCESS, p);
    return sum <= 10000 && sum > 10000 - 5;
}

static bool meter_takes_little(void)
{
    uint32_t own = 0;

    cmrx_call(&own, meter, own);
    report("  ");
    report_number(own);
    report("\n");
    return own > 0 && own < 100;
}

#define CASE(name)                                                             \
    {                                                                          \
#name, name                                                            \
    }

static const struct test_case cases[] = {
    CASE(nothing_is_said_before_it_is_known),
    CASE(thread_in_step_with_the_meter_is_seen),
    CASE(time_in_a_call_counts_for_the_process_that_was_called),
    CASE(equals_have_had_equal_parts),
    CASE(rest_is_idle),
    CASE(all_of_it_is_somebodys),
    CASE(meter_takes_little),
};

CMRX_STACK_BOUND(test_run, 200);

CMRX_THREAD(main, .stack = 1024, .priority = 10)
{
    test_run(cases, sizeof cases / sizeof cases[0]);
}
