// line.c - a record of the log as a line of text.

#include "line.h"

#include <cmrx/format.h>

#include <stdbool.h>

struct line {
    char *to;
    uint32_t size, length;
};

static void put(struct line *line, char c)
{
    if (line->length + 2 < line->size)
        line->to[line->length++] = c >= ' ' && c <= '~' ? c : '?';
}

static void put_text(struct line *line, const char *text)
{
    while (*text != 0)
        put(line, *text++);
}

// A conversion that can do no harm begins at `text`: its characters, otherwise 0.
static uint32_t conversion(const char *text, uint32_t length)
{
    uint32_t n = 1;

    while (n < length && n < 4 &&
           (text[n] == '-' || (text[n] >= '0' && text[n] <= '9')))
        n++;
    if (n == length || (text[n] != 'd' && text[n] != 'u' && text[n] != 'x'))
        return 0;
    return n + 1;
}

static void put_word(struct line *line, const char *text, uint32_t length,
                     uint32_t word)
{
    char format[6] = { 0 };
    char words[40];

    for (uint32_t n = 0; n < length; n++)
        format[n] = text[n];
    cmrx_format(words, sizeof(words), format, word);
    put_text(line, words);
}

static void put_record(struct line *line, const struct log_record *record)
{
    uint32_t length = record->length < LOG_TEXT ? record->length : LOG_TEXT;
    uint32_t words = 0;

    for (uint32_t n = 0; n < length;) {
        const char *at = record->text + n;
        uint32_t taken = 0;

        if (*at == '%' && words < LOG_WORDS)
            taken = conversion(at, length - n);
        if (taken > 0)
            put_word(line, at, taken, record->word[words++]);
        else
            put(line, *at);
        n += taken > 0 ? taken : 1;
    }
}

uint32_t log_line(const struct log_record *record, const char *name, char *to,
                  uint32_t size)
{
    static const char *const levels[] = { "error", "warning", "info", "debug" };
    struct line line = { to, size, 0 };
    char words[40];

    cmrx_format(words, sizeof(words), "%T ", record->time);
    put_text(&line, words);
    put_text(&line, record->level < LOG_LEVELS ? levels[record->level] : "?");
    cmrx_format(words, sizeof(words), " process %u", record->process);
    put_text(&line, name != NULL ? " " : words);
    put_text(&line, name != NULL ? name : "");
    if (record->lost > 0) {
        cmrx_format(words, sizeof(words), " (%u lost)", record->lost);
        put_text(&line, words);
    }
    put_text(&line, ": ");
    put_record(&line, record);
    to[line.length++] = '\n';
    to[line.length] = 0;
    return line.length;
}
