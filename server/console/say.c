// say.c - a line of text for the console, in one call.

#include "say.h"
#include "console.h"
#include "../again.h"

#include <cmrx/cmrx.h>
#include <cmrx/format.h>

#define RETRY_US 20000u
#define TRIES    10u

CMRX_USE(struct console, console);

// The console passes it on to the driver below: both may read what is shared.
static CMRX_SHARED char text[2 * CONSOLE_LINE];

enum cmrx_status console_say(const char *format, ...)
{
    enum cmrx_status status = CMRX_CLOSED;
    va_list values;

    va_start(values, format);
    uint32_t length = cmrx_format_list(text, sizeof(text), format, values);
    va_end(values);
    for (uint32_t tries = 0; tries < TRIES; tries++) {
        status = CALL_AGAIN(cmrx_call(NULL, console, write, text, length));
        if (status != CMRX_CLOSED)
            break;
        cmrx_sleep_until(cmrx_time_now() + RETRY_US);
    }
    return status;
}
