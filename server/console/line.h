// line.h - a line that is being typed.

#ifndef SERVER_CONSOLE_LINE_H
#define SERVER_CONSOLE_LINE_H

#include "console.h"

#include <stdbool.h>

enum line_state {
    LINE_OPEN, // being typed
    LINE_DONE,
    LINE_TOO_LONG, // done, and the rest of it was dropped
    LINE_INTERRUPTED,
    LINE_END,
};

// Invariant: text[0..length) is printable ASCII, length < CONSOLE_LINE.
struct line {
    char text[CONSOLE_LINE];
    uint32_t length;
    uint8_t escape; // inside of an escape sequence, which is swallowed
    bool dropping;  // the line is full
    bool after_cr;  // a "\n" that comes now belongs to it
};

// What a terminal must be sent so that it shows what has happened.
struct line_echo {
    char text[8];
    uint32_t length;
};

// Take one more byte. Any value other than LINE_OPEN ends the line; then
// line_reset() before the next byte.
enum line_state line_feed(struct line *line, uint8_t byte,
                          struct line_echo *echo);

// Forget the text, but not what the next "\n" belongs to.
void line_reset(struct line *line);

#endif
