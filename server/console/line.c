// line.c - a line that is being typed.
//
// Any byte may come: from a person, a program, or noise. What is not printable
// and means nothing here is swallowed; what is above ASCII becomes a `?`.

#include "line.h"

enum {
    CTRL_C = 3,
    CTRL_D = 4,
    BACKSPACE = 8,
    CTRL_U = 21,
    ESCAPE = 27,
    DELETE = 127,
};

// Where in an escape sequence: ESC, ESC [ ...
enum { OUTSIDE, AFTER_ESCAPE, IN_SEQUENCE };

static void echo_char(struct line_echo *echo, char c)
{
    echo->text[echo->length++] = c;
}

static void rub_out(struct line *line, struct line_echo *echo)
{
    if (line->length == 0)
        return;
    line->length--;
    echo_char(echo, '\b');
    echo_char(echo, ' ');
    echo_char(echo, '\b');
}

static void rub_out_all(struct line *line, struct line_echo *echo)
{
    line_reset(line);
    // The caller shows the prompt again.
    echo_char(echo, '\r');
}

static void add(struct line *line, char c, struct line_echo *echo)
{
    if (line->length < CONSOLE_LINE - 1) {
        line->text[line->length++] = c;
        echo_char(echo, c);
        return;
    }
    if (!line->dropping)
        echo_char(echo, '\a');
    line->dropping = true;
}

// Cursor keys and the like: ESC, then one character, or `[` and all up to a
// letter. Returns true when the byte was part of one.
static bool swallow(struct line *line, uint8_t byte)
{
    switch (line->escape) {
    case AFTER_ESCAPE:
        line->escape = byte == '[' || byte == 'O' ? IN_SEQUENCE : OUTSIDE;
        // Whatever is not printable is not part of a sequence: noise that
        // looks like the begin of one must not swallow the end of the line.
        return byte >= ' ';
    case IN_SEQUENCE:
        if (byte < ' ' || byte >= '@')
            line->escape = OUTSIDE;
        return byte >= ' ';
    default:
        return false;
    }
}

static enum line_state control(struct line *line, uint8_t byte,
                               struct line_echo *echo)
{
    switch (byte) {
    case CTRL_C:
        echo_char(echo, '^');
        echo_char(echo, 'C');
        return LINE_INTERRUPTED;
    case CTRL_D:
        return line->length == 0 && !line->dropping ? LINE_END : LINE_OPEN;
    case BACKSPACE:
    case DELETE:
        rub_out(line, echo);
        return LINE_OPEN;
    case CTRL_U:
        rub_out_all(line, echo);
        return LINE_OPEN;
    case ESCAPE:
        line->escape = AFTER_ESCAPE;
        return LINE_OPEN;
    default:
        return LINE_OPEN;
    }
}

enum line_state line_feed(struct line *line, uint8_t byte,
                          struct line_echo *echo)
{
    bool after_cr = line->after_cr;

    echo->length = 0;
    line->after_cr = byte == '\r';
    if (swallow(line, byte) || (byte == '\n' && after_cr))
        return LINE_OPEN;
    line->escape = OUTSIDE;
    if (byte == '\r' || byte == '\n')
        return line->dropping ? LINE_TOO_LONG : LINE_DONE;
    if (byte < ' ' || byte == DELETE)
        return control(line, byte, echo);
    add(line, byte > DELETE ? '?' : (char)byte, echo);
    return LINE_OPEN;
}

void line_reset(struct line *line)
{
    line->length = 0;
    line->dropping = false;
    line->escape = OUTSIDE;
}
