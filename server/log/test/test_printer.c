// test_printer.c - the program that shows the log on the console.

#include "../../console/console.h"
#include "../log.h"

#include <cmrx/test.h>

CMRX_USE(struct log_reader, log_reader);
CMRX_USE(struct console, console);

static uint32_t records;
static char said[400];

static int32_t read_three(CMRX_SELF, struct log_record *to, uint32_t wait_us)
{
    cmrx_check_equal(wait_us, LOG_FOREVER);
    cmrx_check(cmrx_caller_may_write(to, sizeof(*to)));
    if (records == 3) {
        cmrx_sleep_until(CMRX_FOREVER);
        return LOG_CANCELLED;
    }
    *to = (struct log_record){ .time = 1000000,
                               .process = 4,
                               .level = LOG_INFO,
                               .word = { records++ },
                               .length = 2,
                               .text = "%u" };
    return 0;
}

static int32_t console_write(CMRX_SELF, const char *text, uint32_t size)
{
    cmrx_check(cmrx_caller_may_read(text, size));
    strncat(said, text, size);
    return (int32_t)size;
}

static const char expected[] = "1.000 info process 4: 0\n"
                               "1.000 info process 4: 1\n"
                               "1.000 info process 4: 2\n";

CMRX_TEST(records_are_lines)
{
    cmrx_fake(log_reader, read, read_three);
    cmrx_fake(console, write, console_write);
    cmrx_test_start();
    cmrx_check_text(said, expected);
}

CMRX_TEST(nothing_is_missing_when_log_and_console_come_back)
{
    cmrx_fake_status(log_reader, read, CMRX_DEAD);
    cmrx_fake_answer(log_reader, read, LOG_CANCELLED);
    cmrx_fake_status(log_reader, read, CMRX_STALE);
    cmrx_fake(log_reader, read, read_three);
    cmrx_fake_status(console, write, CMRX_DEAD);
    cmrx_fake_answer(console, write, CONSOLE_LOST);
    cmrx_fake_status(console, write, CMRX_STALE);
    cmrx_fake(console, write, console_write);
    cmrx_test_start();
    cmrx_sleep_until(cmrx_time_now() + 200000);
    cmrx_check_text(said, expected);
}

CMRX_TEST(a_console_that_does_not_come_back_costs_a_line)
{
    for (unsigned n = 0; n < 50; n++)
        cmrx_fake_status(console, write, CMRX_CLOSED);
    cmrx_fake(log_reader, read, read_three);
    cmrx_fake(console, write, console_write);
    cmrx_test_start();
    cmrx_sleep_until(cmrx_time_now() + 2000000);
    cmrx_check_text(said, strchr(expected, '\n') + 1);
}
