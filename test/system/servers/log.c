// log.c - the log, written at several depths and shown by the printer.

#include "servers.h"

#include "../../../server/console/console.h"
#include "../../../server/log/log.h"
#include "machine.h"

#include <string.h>

CMRX_USE(struct log_writer, log_writer);
CMRX_USE(struct receiver, receiver);

// ---- The console that the printer shows it on

static char shown[100]; // the last line
static uint32_t lines, losses;

static int32_t console_write(CMRX_SELF, const char *text, uint32_t size)
{
    if (size >= sizeof(shown) || !cmrx_caller_may_read(text, size))
        return CONSOLE_DENIED;
    memcpy(shown, text, size);
    shown[size] = 0;
    lines++;
    losses += strstr(shown, "lost") != NULL;
    return (int32_t)size;
}

static int32_t console_read_line(CMRX_SELF, char *to, uint32_t size,
                                 const char *prompt, uint32_t prompt_size)
{
    (void)to, (void)size, (void)prompt, (void)prompt_size;
    return CONSOLE_BUSY;
}

CMRX_PROVIDE(struct console, console, .write = console_write,
             .read_line = console_read_line);

static bool is_shown(const char *text)
{
    return strstr(shown, text) != NULL;
}

// ---- Cases

bool record_is_shown_with_who_wrote_it(void)
{
    bool ok = LOG(LOG_WARNING, "speed %d of %x", -3, 0xff) == CMRX_OK;

    cmrx_sleep_until(in(5000));
    ok &= is_shown(" warning process 0: speed -3 of ff\n");
    // The thread is ours; who wrote it is the receiver.
    ok &= cmrx_call(NULL, receiver, note, 5) == CMRX_OK;
    cmrx_sleep_until(in(5000));
    return ok && is_shown(" info process 2: noted 5\n");
}

static int32_t write_from(uint32_t address)
{
    int32_t result = 1;

    cmrx_call(&result, log_writer, write, (const char *)(uintptr_t)address,
              LOG_ERROR | 16u << 8, 0, 0);
    return result;
}

bool text_that_is_not_the_callers_is_refused(void)
{
    static char mine[16] = "mine";
    uint32_t before = lines;
    bool ok = write_from(MACHINE_KERNEL) == LOG_DENIED &&
              write_from(0xfffffff8u) == LOG_DENIED &&
              write_from((uint32_t)(uintptr_t)mine) == LOG_DENIED;

    cmrx_sleep_until(in(5000));
    return ok && lines == before;
}

// The printer is less urgent than we: it takes the first, for it was let into the
// monitor for that, and shows nothing meanwhile.
bool flood_of_records_keeps_nobody_waiting(void)
{
    uint32_t before = lines;
    uint64_t longest = 0;

    for (uint32_t n = 0; n < 100; n++) {
        uint64_t begin = cmrx_time_now();

        LOG(LOG_DEBUG, "flood %u", n, 0);
        uint64_t took = cmrx_time_now() - begin;
        longest = took > longest ? took : longest;
    }
    cmrx_sleep_until(in(50000));
    return longest < 250 && lines == before + 1 + LOG_SHARE + 1 &&
           losses == 1 && is_shown(": 91 records lost\n");
}

bool log_that_was_restarted_is_written_and_shown_again(void)
{
    cmrx_process_restart(LOG_SERVER); // the printer waits in there
    bool ok = LOG(LOG_ERROR, "anew", 0, 0) == CMRX_OK;

    cmrx_sleep_until(in(50000));
    return ok && is_shown(" error process 0: anew\n");
}
