// test_words.c - a line in words.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "words.h"

static void a_line_is_cut_at_its_spaces(void **state)
{
    static const struct {
        const char *line;
        uint32_t count;
        const char *word[SHELL_WORDS];
    } rows[] = {
        { "", 0, { "", "", "", "" } },
        { "   ", 0, { "", "", "", "" } },
        { "ps", 1, { "ps", "", "", "" } },
        { "  ps  ", 1, { "ps", "", "", "" } },
        { "a b", 2, { "a", "b", "", "" } },
        { " break  sensor   null ", 3, { "break", "sensor", "null", "" } },
        { "a b c d", 4, { "a", "b", "c", "d" } },
        { "a b c d e f", 6, { "a", "b", "c", "d" } },
    };
    (void)state;
    for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
        const char *word[SHELL_WORDS];
        char line[40];

        strcpy(line, rows[n].line);
        assert_int_equal(words_split(line, word), rows[n].count);
        for (unsigned i = 0; i < SHELL_WORDS; i++)
            assert_string_equal(word[i], rows[n].word[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_cut_at_its_spaces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
