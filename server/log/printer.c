// printer.c - shows the log on the console, line by line.
//
// Less urgent than those whose records it shows: when it does not keep up,
// records are lost, and it shows that too.

#include "line.h"
#include "../console/console.h"

#include <cmrx/cmrx.h>

#define RETRY_US 20000u
#define RETRIES  50u

CMRX_USE(struct log_reader, log_reader);
CMRX_USE(struct console, console);

static CMRX_SHARED struct log_record record;
static CMRX_SHARED char line[LOG_LINE];

// The console may be on its way back from a fault.
static void show(uint32_t length)
{
    for (uint32_t tries = 0; tries < RETRIES; tries++) {
        int32_t shown = 0;
        enum cmrx_status status =
            CALL_AGAIN(cmrx_call(&shown, console, write, line, length));

        if (status == CMRX_OK && shown != CONSOLE_LOST)
            return;
        cmrx_sleep_until(cmrx_time_now() + RETRY_US);
    }
}

CMRX_THREAD(print, .stack = CMRX_AUTO, .priority = 2)
{
    for (;;) {
        int32_t left = LOG_NOTHING;
        enum cmrx_status status = CALL_AGAIN(
            cmrx_call(&left, log_reader, read, &record, LOG_FOREVER));

        if (status == CMRX_OK && left >= 0)
            show(log_line(&record, NULL, line, sizeof(line)));
        else
            cmrx_sleep_until(cmrx_time_now() + RETRY_US);
    }
}
