// test_process.c - the console alone, with a serial line that is scripted.

#include "../console.h"
#include "../../../driver/serial.h"

#include <cmrx/test.h>

CMRX_USE(struct console, console);
CMRX_USE(struct serial, serial);

static char sent[400];
static uint32_t sent_size, typed, dropped;
static const char *typing;
static volatile uint32_t keys;
static CMRX_SHARED char text[32];
static CMRX_SHARED char line[CONSOLE_LINE];
static struct host_thread *reader; // ends when the end of a line is echoed

static int32_t serial_write(CMRX_SELF, const void *bytes, uint32_t size)
{
    uint32_t taken = size > dropped ? size - dropped : 0;

    memcpy(sent + sent_size, bytes, taken);
    sent_size += taken;
    if (reader != NULL && size == 2 && memcmp(bytes, "\r\n", 2) == 0)
        cmrx_test_cancel(reader);
    return (int32_t)taken;
}

static int32_t serial_read(CMRX_SELF, void *to, uint32_t size, uint32_t wait_us)
{
    (void)size;
    (void)wait_us;
    while (typing[typed] == 0)
        cmrx_wait(&keys, keys, CMRX_FOREVER);
    *(char *)to = typing[typed++];
    return 1;
}

static void begin(const char *keys_typed)
{
    memset(sent, 0, sizeof(sent));
    sent_size = 0;
    typed = 0;
    dropped = 0;
    reader = NULL;
    typing = keys_typed;
    cmrx_fake(serial, write, serial_write);
    cmrx_fake(serial, read, serial_read);
    cmrx_test_start();
}

static int32_t write(const char *what)
{
    int32_t result = 1;

    strcpy(text, what);
    cmrx_call(&result, console, write, text, (uint32_t)strlen(what));
    return result;
}

CMRX_TEST(a_line_is_sent_as_it_was_written)
{
    begin("");
    cmrx_check_equal(write("hello\n"), 6);
    cmrx_check(strstr(sent, "hello") != NULL);
}

CMRX_TEST(what_the_line_does_not_take_is_said)
{
    begin("");
    dropped = 2;
    cmrx_check_equal(write("hello\n"), CONSOLE_LOST);
    dropped = 0;
    cmrx_check_equal(write("again\n"), 6);
}

CMRX_TEST(what_the_writer_may_not_read_is_refused)
{
    static char own[8];
    int32_t result = 1;

    begin("");
    cmrx_call(&result, console, write, own, 8);
    cmrx_check_equal(result, CONSOLE_DENIED);
    cmrx_call(&result, console, write, text, UINT32_MAX);
    cmrx_check_equal(result, CONSOLE_DENIED);
    cmrx_check_equal(sent_size, 0);
}

CMRX_TEST(a_line_that_was_typed_is_read)
{
    int32_t result = 1;

    begin("ps\r");
    strcpy(text, "> ");
    cmrx_call(&result, console, read_line, line, sizeof(line), text, 2);
    cmrx_check_equal(result, 2);
    cmrx_check(strcmp(line, "ps") == 0);
    cmrx_check(strstr(sent, "> ") != NULL);
}

static int32_t read_line(void)
{
    int32_t result = 1;

    cmrx_call(&result, console, read_line, line, sizeof(line), text, 0);
    return result;
}

static void read_and_end(uintptr_t argument)
{
    (void)argument;
    cmrx_call(NULL, console, read_line, line, sizeof(line), text, 0);
}

static void type(const char *keys_typed)
{
    typing = keys_typed;
    typed = 0;
    keys++;
    cmrx_wake(&keys, CMRX_WAKE_ALL);
}

CMRX_TEST(a_line_is_not_taken_for_who_has_ended)
{
    begin("");
    // Less urgent than `input`, which has the line before the reader runs.
    reader = cmrx_test_thread("reader", read_and_end, 0, 5);
    type("restart sensor\r");
    cmrx_check(cmrx_test_has_ended(reader));
    cmrx_check_text(line, "");
    reader = NULL;
    cmrx_check_equal(read_line(), 14); // its next life
    cmrx_check_text(line, "restart sensor");
}

CMRX_TEST(who_has_ended_while_it_waited_keeps_nobody_out)
{
    begin("");
    struct host_thread *t = cmrx_test_thread("reader", read_and_end, 0, 5);
    cmrx_check(!cmrx_test_has_ended(t));
    cmrx_check_equal(read_line(), CONSOLE_BUSY);
    cmrx_test_cancel(t);
    cmrx_check(cmrx_test_has_ended(t));
    type("ps\r");
    cmrx_check_equal(read_line(), 2);
    cmrx_check_text(line, "ps");
}

// ---- Two writers

static int32_t news_result;

static void write_news(uintptr_t argument)
{
    static CMRX_SHARED char news[] = "news\n";

    (void)argument;
    cmrx_test_as(2);
    cmrx_call(&news_result, console, write, news, 5);
}

CMRX_TEST(who_has_begun_a_line_is_waited_for)
{
    begin("");
    write("half ");
    struct host_thread *t = cmrx_test_thread("other", write_news, 0, 5);
    cmrx_check(!cmrx_test_has_ended(t));
    cmrx_check(strstr(sent, "news") == NULL);
    write("line\n");
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(news_result, 5);
    cmrx_check_text(sent, "half line\r\nnews\r\n");
}

CMRX_TEST(who_does_not_end_a_line_is_waited_for_a_fifth_of_a_second)
{
    begin("");
    write("half ");
    uint64_t start = cmrx_time_now();
    struct host_thread *t = cmrx_test_thread("other", write_news, 0, 5);
    cmrx_sleep_until(start + 199999);
    cmrx_check(!cmrx_test_has_ended(t));
    cmrx_sleep_until(start + 200001);
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_text(sent, "half \r\nnews\r\n");
}

CMRX_TEST(a_writer_whose_life_is_over_does_not_wait_for_its_turn)
{
    begin("");
    write("half ");
    uint64_t start = cmrx_time_now();
    struct host_thread *t = cmrx_test_thread("other", write_news, 0, 5);
    cmrx_test_cancel(t);
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(cmrx_time_now(), start);
}

static void ask_for_name(uintptr_t argument)
{
    static CMRX_SHARED char question[] = "name? ";

    (void)argument;
    cmrx_test_as(2);
    cmrx_call(NULL, console, read_line, line, sizeof(line), question, 6);
}

CMRX_TEST(who_asks_waits_for_an_open_line_too)
{
    begin("");
    write("half ");
    uint64_t start = cmrx_time_now();
    struct host_thread *t = cmrx_test_thread("asker", ask_for_name, 0, 5);
    cmrx_check(!cmrx_test_has_ended(t));
    cmrx_check(strstr(sent, "name") == NULL);
    write("line\n");
    cmrx_check(!cmrx_test_has_ended(t));
    cmrx_check_text(sent, "half line\r\nname? ");
    cmrx_check_equal(cmrx_time_now(), start);
}

CMRX_TEST(who_asks_does_not_wait_for_ever)
{
    begin("");
    write("half ");
    uint64_t start = cmrx_time_now();
    struct host_thread *t = cmrx_test_thread("asker", ask_for_name, 0, 5);
    cmrx_sleep_until(start + 200001);
    cmrx_check(!cmrx_test_has_ended(t));
    cmrx_check_text(sent, "half \r\nname? ");
}

CMRX_TEST(the_question_ends_the_line_for_those_who_wait_for_it)
{
    begin("");
    write("half ");
    uint64_t start = cmrx_time_now();
    struct host_thread *t = cmrx_test_thread("other", write_news, 0, 5);
    struct host_thread *reading =
        cmrx_test_thread("reader", read_and_end, 0, 5);
    cmrx_check(!cmrx_test_has_ended(reading));
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(cmrx_time_now(), start);
}

// ---- The driver ends

static void driver_is_away(uint32_t times, enum cmrx_status status)
{
    for (uint32_t n = 0; n < times; n++)
        cmrx_fake_status(serial, write, status);
}

CMRX_TEST(a_driver_that_comes_back_within_a_tenth_of_a_second_loses_nothing)
{
    begin("");
    uint64_t start = cmrx_time_now();
    driver_is_away(19, CMRX_CLOSED);
    cmrx_check_equal(write("hello\n"), 6);
    cmrx_check_equal(cmrx_time_now() - start, 95000);
    cmrx_check_text(sent, "hello\r\n");
}

CMRX_TEST(one_that_does_not_is_not_waited_for_and_that_is_said)
{
    begin("");
    uint64_t start = cmrx_time_now();
    driver_is_away(20, CMRX_DEAD);
    cmrx_check_equal(write("hello\n"), CONSOLE_LOST);
    cmrx_check_equal(cmrx_time_now() - start, 100000);
    cmrx_check_text(sent, "");
    cmrx_check_equal(write("again\n"), 6);
    cmrx_check_text(sent, "again\r\n");
}

CMRX_TEST(a_driver_that_was_restarted_is_called_again_at_once)
{
    begin("");
    uint64_t start = cmrx_time_now();
    driver_is_away(1, CMRX_STALE);
    cmrx_check_equal(write("hello\n"), 6);
    cmrx_check_equal(cmrx_time_now(), start);
}

CMRX_TEST(what_a_hostile_reader_says_is_refused)
{
    static char own[CONSOLE_LINE];
    int32_t result = 1;

    begin("ps\r");
    cmrx_call(&result, console, read_line, own, CONSOLE_LINE, text, 0);
    cmrx_check_equal(result, CONSOLE_DENIED);
    cmrx_call(&result, console, read_line, line, CONSOLE_LINE - 1, text, 0);
    cmrx_check_equal(result, CONSOLE_DENIED);
    cmrx_call(&result, console, read_line, line, UINT32_MAX, text, 0);
    cmrx_check_equal(result, CONSOLE_DENIED);
    cmrx_call(&result, console, read_line, line, CONSOLE_LINE, text,
              CONSOLE_PROMPT + 1);
    cmrx_check_equal(result, CONSOLE_DENIED);
    cmrx_call(&result, console, read_line, line, CONSOLE_LINE, NULL, 1);
    cmrx_check_equal(result, CONSOLE_DENIED);
    cmrx_check_equal(read_line(), 2); // and nothing of it was taken
}
