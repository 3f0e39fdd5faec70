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
