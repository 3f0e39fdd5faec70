// mute.c - a console that nobody sees: what the supervisor tells is not the test's.

#include "console.h"

#include <cmrx/cmrx.h>

static int32_t mute_write(CMRX_SELF, const char *text, uint32_t size)
{
    (void)text;
    return (int32_t)size;
}

static int32_t mute_read_line(CMRX_SELF, char *to, uint32_t size,
                              const char *prompt, uint32_t prompt_size)
{
    (void)to;
    (void)size;
    (void)prompt;
    (void)prompt_size;
    return CONSOLE_END;
}

CMRX_PROVIDE(struct console, console, .write = mute_write,
             .read_line = mute_read_line);
