// screen.c - what a terminal shows.

#include "screen.h"

static void send_prompt(const struct screen *screen)
{
    screen_send(screen->prompt, screen->prompt_length);
    screen_send(screen->line.text, screen->line.length);
}

static bool has_prompt(const struct screen *screen)
{
    return screen->asking && screen->writer == SCREEN_NOBODY;
}

static void send_text(const char *text, uint32_t size)
{
    uint32_t begin = 0;

    for (uint32_t n = 0; n < size; n++) {
        if (text[n] != '\n')
            continue;
        screen_send(text + begin, n - begin);
        screen_send("\r\n", 2);
        begin = n + 1;
    }
    screen_send(text + begin, size - begin);
}

static void end_line_of_others(const struct screen *screen, uint32_t who)
{
    if (screen->writer != SCREEN_NOBODY && screen->writer != who)
        screen_send("\r\n", 2);
}

void screen_write(struct screen *screen, uint32_t who, const char *text,
                  uint32_t size)
{
    // To the first column, and clear the line from there.
    if (has_prompt(screen))
        screen_send("\r\033[K", 4);
    end_line_of_others(screen, who);
    send_text(text, size);
    screen->writer = text[size - 1] == '\n' ? SCREEN_NOBODY : who;
    if (has_prompt(screen))
        send_prompt(screen);
}

void screen_ask(struct screen *screen, uint32_t who)
{
    // What its own writer has not ended is part of the question.
    end_line_of_others(screen, who);
    screen->writer = SCREEN_NOBODY;
    screen->asking = true;
    send_prompt(screen);
}

void screen_echo(struct screen *screen, const struct line_echo *echo)
{
    if (!has_prompt(screen) || echo->length == 0)
        return;
    if (echo->text[0] != '\r') {
        screen_send(echo->text, echo->length);
        return;
    }
    screen_send("\r\033[K", 4);
    send_prompt(screen);
}

void screen_answered(struct screen *screen)
{
    if (has_prompt(screen))
        screen_send("\r\n", 2);
    screen->asking = false;
}
