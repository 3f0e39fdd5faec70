// test_say.c - console_say(), with a console that is scripted.

#include "sayer.h"
#include "../console.h"

#include <cmrx/test.h>

CMRX_USE(struct sayer, sayer);
CMRX_USE(struct console, console);

static char said[32];

static int32_t console_write(CMRX_SELF, const char *text, uint32_t size)
{
    cmrx_check(cmrx_caller_may_read(text, size));
    memcpy(said, text, size);
    said[size] = 0;
    return (int32_t)size;
}

static int32_t say(uint32_t millivolts)
{
    int32_t result = -1;

    cmrx_check_equal(cmrx_call(&result, sayer, say, millivolts), CMRX_OK);
    return result;
}

CMRX_TEST(it_is_said_as_it_is_formatted)
{
    cmrx_fake(console, write, console_write);
    cmrx_check_equal(say(42), CMRX_OK);
    cmrx_check_text(said, "42 mV\n");
}

CMRX_TEST(a_console_that_was_restarted_is_called_again_at_once)
{
    uint64_t start = cmrx_time_now();

    cmrx_fake(console, write, console_write);
    cmrx_fake_status(console, write, CMRX_STALE);
    cmrx_check_equal(say(7), CMRX_OK);
    cmrx_check_text(said, "7 mV\n");
    cmrx_check_equal(cmrx_time_now(), start);
}

CMRX_TEST(one_that_is_on_its_way_back_is_waited_for)
{
    uint64_t start = cmrx_time_now();

    cmrx_fake(console, write, console_write);
    cmrx_fake_status(console, write, CMRX_CLOSED);
    cmrx_fake_status(console, write, CMRX_CLOSED);
    cmrx_check_equal(say(7), CMRX_OK);
    cmrx_check_text(said, "7 mV\n");
    cmrx_check_equal(cmrx_time_now() - start, 40000);
}

CMRX_TEST(one_that_does_not_come_back_is_left_after_a_fifth_of_a_second)
{
    uint64_t start = cmrx_time_now();

    for (uint32_t n = 0; n < 10; n++)
        cmrx_fake_status(console, write, CMRX_CLOSED);
    cmrx_check_equal(say(7), CMRX_CLOSED);
    cmrx_check_equal(cmrx_time_now() - start, 200000);
}

CMRX_TEST(what_has_killed_the_console_is_not_said_again)
{
    cmrx_fake_status(console, write, CMRX_DEAD);
    cmrx_check_equal(say(7), CMRX_DEAD);
    cmrx_check_equal(cmrx_fake_calls(console, write), 1);
}
