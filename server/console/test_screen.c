// test_screen.c - what a terminal shows.
// links: server/console/screen.c server/console/line.c

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "screen.h"

#include <string.h>

#define CLEAR "\r\033[K"

static struct screen screen;
static char sent[1024];

void screen_send(const char *bytes, uint32_t size)
{
    assert_true(strlen(sent) + size < sizeof(sent));
    strncat(sent, bytes, size);
}

static int new_screen(void **state)
{
    (void)state;
    memset(&screen, 0, sizeof(screen));
    screen.writer = SCREEN_NOBODY;
    memcpy(screen.prompt, "> ", 2);
    screen.prompt_length = 2;
    sent[0] = 0;
    return 0;
}

static void put_text(uint32_t who, const char *text)
{
    screen_write(&screen, who, text, (uint32_t)strlen(text));
}

static void type(const char *text)
{
    for (; *text != 0; text++) {
        struct line_echo echo;
        enum line_state state = line_feed(&screen.line, (uint8_t)*text, &echo);

        screen_echo(&screen, &echo);
        if (state != LINE_OPEN)
            screen_answered(&screen);
    }
}

static void assert_sent(const char *expected)
{
    assert_string_equal(sent, expected);
    sent[0] = 0;
}

static void a_line_end_is_what_a_terminal_wants(void **state)
{
    (void)state;
    put_text(1, "a\n\nb\n");
    assert_sent("a\r\n\r\nb\r\n");
}

static void an_open_line_is_ended_before_another_writes(void **state)
{
    (void)state;
    put_text(1, "a");
    put_text(1, "b");
    put_text(2, "c\n");
    assert_sent("ab\r\nc\r\n");
}

static void a_line_that_is_typed_moves_below_what_is_written(void **state)
{
    (void)state;
    screen_ask(&screen, 1);
    type("he");
    assert_sent("> he");
    put_text(1, "news\n");
    assert_sent(CLEAR "news\r\n> he");
    type("lp\n");
    assert_sent("lp\r\n");
    put_text(1, "more\n");
    assert_sent("more\r\n");
}

static void what_is_typed_is_not_shown_into_an_open_line(void **state)
{
    (void)state;
    screen_ask(&screen, 1);
    put_text(1, "half");
    type("ps");
    put_text(1, " done\n");
    assert_sent("> " CLEAR "half done\r\n> ps");
}

static void what_was_typed_ahead_is_shown_when_it_is_asked_for(void **state)
{
    (void)state;
    type("ps");
    assert_sent("");
    screen_ask(&screen, 1);
    assert_sent("> ps");
}

static void a_line_that_was_rubbed_out_leaves_the_prompt(void **state)
{
    (void)state;
    screen_ask(&screen, 1);
    type("ab\x15");
    assert_sent("> ab" CLEAR "> ");
}

static void question_is_not_put_into_an_open_line_of_another(void **state)
{
    (void)state;
    put_text(2, "half");
    screen_ask(&screen, 1);
    assert_sent("half\r\n> ");
    put_text(2, "done\n");
    assert_sent(CLEAR "done\r\n> ");
}

static void open_line_of_who_asks_is_part_of_the_question(void **state)
{
    (void)state;
    put_text(1, "name");
    screen_ask(&screen, 1);
    assert_sent("name> ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_line_end_is_what_a_terminal_wants, new_screen),
        cmocka_unit_test_setup(an_open_line_is_ended_before_another_writes,
                               new_screen),
        cmocka_unit_test_setup(a_line_that_is_typed_moves_below_what_is_written,
                               new_screen),
        cmocka_unit_test_setup(what_is_typed_is_not_shown_into_an_open_line,
                               new_screen),
        cmocka_unit_test_setup(
            what_was_typed_ahead_is_shown_when_it_is_asked_for, new_screen),
        cmocka_unit_test_setup(question_is_not_put_into_an_open_line_of_another,
                               new_screen),
        cmocka_unit_test_setup(open_line_of_who_asks_is_part_of_the_question,
                               new_screen),
        cmocka_unit_test_setup(a_line_that_was_rubbed_out_leaves_the_prompt,
                               new_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
