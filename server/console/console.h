// console.h - lines of text, from a person and to one.

#ifndef SERVER_CONSOLE_H
#define SERVER_CONSOLE_H

#include <cmrx/process.h>

#define CONSOLE_LINE   80u // characters of a line, with the zero at its end
#define CONSOLE_PROMPT 12u // at most

// What a method answers when it did not do what was asked.
enum {
    CONSOLE_DENIED = -1,      // the caller may not touch what it points to
    CONSOLE_LOST = -2,        // the line could not take all of it
    CONSOLE_BUSY = -3,        // somebody else reads a line already
    CONSOLE_INTERRUPTED = -4, // Ctrl-C; what was typed is forgotten
    CONSOLE_END = -5,         // Ctrl-D on an empty line
    CONSOLE_TOO_LONG = -6,    // the line did not fit and is forgotten
};

struct console {
    // Show `size` characters. "\n" ends a line. Lines of several writers are
    // never mixed: who has begun one is waited for, up to 0.2 s. A line that
    // is being typed is taken away and shown again below. Returns `size`,
    // CONSOLE_DENIED, CONSOLE_LOST.
    int32_t (*write)(CMRX_SELF, const char *text, uint32_t size);

    // Show a prompt, wait for a line and put it to [to, to + size) with a zero
    // at its end. Returns its length, CONSOLE_DENIED, CONSOLE_BUSY, or how else
    // it ended: CONSOLE_INTERRUPTED, CONSOLE_END, CONSOLE_TOO_LONG.
    int32_t (*read_line)(CMRX_SELF, char *to, uint32_t size, const char *prompt,
                         uint32_t prompt_size);
};

#endif
