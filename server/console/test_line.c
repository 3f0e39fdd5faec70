// test_line.c - a line that is being typed.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "line.h"

#include <string.h>

static struct line line;
static char echoed[4096];

static int new_line(void **state)
{
    (void)state;
    memset(&line, 0, sizeof(line));
    echoed[0] = 0;
    return 0;
}

// Type all of it; returns what the last byte made of the line. A line that ends
// before is forgotten.
static enum line_state type(const char *bytes)
{
    enum line_state state = LINE_OPEN;
    struct line_echo echo;

    for (; *bytes != 0; bytes++) {
        if (state != LINE_OPEN)
            line_reset(&line);
        state = line_feed(&line, (uint8_t)*bytes, &echo);
        assert_true(echo.length <= sizeof(echo.text));
        strncat(echoed, echo.text, echo.length);
    }
    return state;
}

static void assert_line(const char *expected)
{
    assert_int_equal(line.length, strlen(expected));
    assert_memory_equal(line.text, expected, line.length);
}

static void a_line_ends_with_any_of_the_ends_and_only_once(void **state)
{
    static const char *const ends[] = { "\r", "\n", "\r\n" };
    (void)state;
    for (unsigned n = 0; n < 3; n++) {
        enum line_state end = LINE_OPEN;
        struct line_echo echo;
        unsigned lines = 0;

        memset(&line, 0, sizeof(line));
        type("ab");
        for (const char *at = ends[n]; *at != 0; at++) {
            end = line_feed(&line, (uint8_t)*at, &echo);
            lines += end == LINE_DONE;
        }
        assert_int_equal(lines, 1);
        assert_line("ab");
        line_reset(&line);
        assert_int_equal(type("\n"), n == 0 ? LINE_OPEN : LINE_DONE);
    }
}

static void what_is_typed_is_echoed(void **state)
{
    (void)state;
    type("help");
    assert_string_equal(echoed, "help");
}

static void the_last_character_can_be_rubbed_out(void **state)
{
    (void)state;
    assert_int_equal(type("\bhelx\bp\x7fp\n"), LINE_DONE);
    assert_line("help");
    assert_string_equal(echoed, "helx\b \bp\b \bp");
}

static void the_line_can_be_rubbed_out(void **state)
{
    (void)state;
    type("nonsense\x15ps");
    assert_line("ps");
    assert_string_equal(echoed, "nonsense\rps");
}

static void keys_that_mean_nothing_here_are_swallowed(void **state)
{
    (void)state;
    type("a\033[Ab\033[15~c\033Od\033xe\001\tf");
    assert_line("abcef");
}

static void an_escape_does_not_swallow_the_end_of_the_line(void **state)
{
    (void)state;
    assert_int_equal(type("ab\033\n"), LINE_DONE);
    line_reset(&line);
    assert_int_equal(type("ab\033[1\n"), LINE_DONE);
    assert_line("ab");
}

static void what_is_no_ascii_becomes_a_question_mark(void **state)
{
    (void)state;
    type("\xc3\xa4\xff");
    assert_line("???");
}

static void a_line_can_be_given_up(void **state)
{
    (void)state;
    assert_int_equal(type("ab\003"), LINE_INTERRUPTED);
    line_reset(&line);
    assert_int_equal(type("\004"), LINE_END);
    line_reset(&line);
    assert_int_equal(type("ab\004"), LINE_OPEN);
}

static void a_line_that_is_too_long_is_known_to_be(void **state)
{
    struct line_echo echo;
    (void)state;

    for (unsigned n = 0; n < CONSOLE_LINE - 1; n++)
        assert_int_equal(type("x"), LINE_OPEN);
    for (unsigned n = 0; n < 10000; n++)
        line_feed(&line, 'y', &echo);
    assert_int_equal(echo.length, 0);
    type("\b"); // rubbing out does not bring back what was dropped
    assert_int_equal(type("\n"), LINE_TOO_LONG);
    line_reset(&line);
    assert_int_equal(type("ps\n"), LINE_DONE);
    assert_line("ps");
}

static void a_line_that_just_fits_is_taken(void **state)
{
    (void)state;
    for (unsigned n = 0; n < CONSOLE_LINE - 1; n++)
        type("x");
    assert_int_equal(type("\n"), LINE_DONE);
    assert_int_equal(line.length, CONSOLE_LINE - 1);
}

static void noise_leaves_a_sound_line_and_the_next_one_whole(void **state)
{
    struct line_echo echo;
    (void)state;

    srand(1);
    for (unsigned round = 0; round < 200; round++) {
        for (unsigned n = 0; n < 500; n++) {
            if (line_feed(&line, (uint8_t)rand(), &echo) != LINE_OPEN)
                line_reset(&line);
            assert_true(line.length < CONSOLE_LINE);
            for (uint32_t i = 0; i < line.length; i++)
                assert_in_range(line.text[i], ' ', '~');
        }
        if (line_feed(&line, '\n', &echo) != LINE_OPEN)
            line_reset(&line);
        assert_int_equal(type("ps\n"), LINE_DONE);
        assert_line("ps");
        line_reset(&line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_line_ends_with_any_of_the_ends_and_only_once,
                               new_line),
        cmocka_unit_test_setup(what_is_typed_is_echoed, new_line),
        cmocka_unit_test_setup(the_last_character_can_be_rubbed_out, new_line),
        cmocka_unit_test_setup(the_line_can_be_rubbed_out, new_line),
        cmocka_unit_test_setup(keys_that_mean_nothing_here_are_swallowed,
                               new_line),
        cmocka_unit_test_setup(an_escape_does_not_swallow_the_end_of_the_line,
                               new_line),
        cmocka_unit_test_setup(what_is_no_ascii_becomes_a_question_mark,
                               new_line),
        cmocka_unit_test_setup(a_line_can_be_given_up, new_line),
        cmocka_unit_test_setup(a_line_that_is_too_long_is_known_to_be,
                               new_line),
        cmocka_unit_test_setup(a_line_that_just_fits_is_taken, new_line),
        cmocka_unit_test_setup(noise_leaves_a_sound_line_and_the_next_one_whole,
                               new_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
