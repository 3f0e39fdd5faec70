// screen.h - what a terminal shows: lines of writers, and below them the prompt
// with what is being typed.
//
// Pure: what it sends to the terminal goes through screen_send().

#ifndef SERVER_CONSOLE_SCREEN_H
#define SERVER_CONSOLE_SCREEN_H

#include "line.h"

#define SCREEN_NOBODY UINT32_MAX

// Invariant: the prompt stands on the terminal if and only if `asking` and
// `writer` is SCREEN_NOBODY.
struct screen {
    volatile uint32_t writer; // who has begun a line and not ended it
    bool asking;              // somebody waits for the line
    uint32_t prompt_length;
    char prompt[CONSOLE_PROMPT];
    struct line line;
};

// Show text of `who`. A line that another one has left open is ended first.
void screen_write(struct screen *screen, uint32_t who, const char *text,
                  uint32_t size);

// Show the prompt of `who`, and what was typed already; screen->prompt is set.
void screen_ask(struct screen *screen, uint32_t who);

// Show what was typed last.
void screen_echo(struct screen *screen, const struct line_echo *echo);

// The line has ended: nobody is asked any more.
void screen_answered(struct screen *screen);

// Provided by who uses this: send to the terminal.
void screen_send(const char *bytes, uint32_t size);

#endif
