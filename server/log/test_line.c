// test_line.c - a record of the log as a line of text.
// links: server/log/line.c lib/format.c

#include "line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static char line[LOG_LINE];

static struct log_record record_of(const char *text, uint32_t a, uint32_t b)
{
    struct log_record record = {
        .time = 12345678, .word = { a, b }, .level = LOG_WARNING, .process = 3
    };

    record.length = (uint8_t)strlen(text);
    memcpy(record.text, text, record.length);
    return record;
}

static const char *of(const char *text, uint32_t a, uint32_t b)
{
    struct log_record record = record_of(text, a, b);
    uint32_t length = log_line(&record, NULL, line, sizeof(line));

    assert_int_equal(length, strlen(line));
    assert_memory_equal(line, "12.345 warning process 3: ", 26);
    return line + 26;
}

static void words_are_put_where_the_text_says(void **state)
{
    (void)state;
    assert_string_equal(of("speed %d of %u", (uint32_t)-5, 7),
                        "speed -5 of 7\n");
    assert_string_equal(of("%08x|%-4u|", 0xbeef, 5), "0000beef|5   |\n");
    assert_string_equal(of("none", 1, 2), "none\n");
}

// A pointer, a 64-bit number, or a third word would be read from where nothing
// is.
static void what_is_no_number_is_shown_as_it_stands(void **state)
{
    (void)state;
    assert_string_equal(of("%s%n%U%T%c%p%%", 1, 2), "%s%n%U%T%c%p%%\n");
    assert_string_equal(of("%u %u %u", 1, 2), "1 2 %u\n");
    assert_string_equal(of("%", 1, 2), "%\n");
    assert_string_equal(of("%99", 1, 2), "%99\n");
    assert_string_equal(of("%1234u", 1, 2), "%1234u\n");
}

static void a_terminal_is_sent_nothing_but_text(void **state)
{
    (void)state;
    assert_string_equal(of("\033[2J\r\n\x80\xff", 0, 0), "?[2J????\n");
}

static void the_widest_fits(void **state)
{
    struct log_record record =
        record_of("%99u%99u%%%%%%%%%%%%%%%", UINT32_MAX, UINT32_MAX);
    (void)state;

    record.time = UINT64_MAX;
    record.lost = UINT16_MAX;
    record.process = LOG_NOBODY;
    record.length = UINT8_MAX; // a lie
    for (uint32_t size = 2; size <= sizeof(line); size++) {
        memset(line, 'x', sizeof(line));
        uint32_t length = log_line(&record, NULL, line, size);

        assert_in_range(length, 1, size - 1);
        assert_int_equal(line[length - 1], '\n');
        assert_int_equal(line[length], 0);
        for (uint32_t n = size; n < sizeof(line); n++)
            assert_int_equal(line[n], 'x');
    }
}

static void level_name_and_losses_are_shown(void **state)
{
    static const char *const levels[] = { "error", "warning", "info", "debug",
                                          "?" };
    (void)state;

    for (uint32_t n = 0; n <= LOG_LEVELS; n++) {
        struct log_record record = record_of("text", 0, 0);
        char expected[LOG_LINE] = "12.345 ";

        record.level = (uint8_t)n;
        record.lost = 3;
        strcat(expected, levels[n]);
        strcat(expected, " sensor (3 lost): text\n");
        log_line(&record, "sensor", line, sizeof(line));
        assert_string_equal(line, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_put_where_the_text_says),
        cmocka_unit_test(what_is_no_number_is_shown_as_it_stands),
        cmocka_unit_test(a_terminal_is_sent_nothing_but_text),
        cmocka_unit_test(the_widest_fits),
        cmocka_unit_test(level_name_and_losses_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
