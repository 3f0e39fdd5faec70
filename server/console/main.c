// main.c - the console: a line of input, and lines of output, over a serial
// line.
//
// The thread `input` takes bytes from the serial line and makes a line of them.
// A finished line stays until somebody reads it; meanwhile nothing is taken,
// and the serial line tells the other side to stop. The methods run in the
// threads of callers. What both touch, the screen, is under a mutex: `input` is
// not in the monitor, because it is in the serial driver most of the time.

#include "console.h"
#include "screen.h"
#include "../../driver/serial.h"

#include <cmrx/cmrx.h>
#include <cmrx/mutex.h>

#include <string.h>

#define OTHERS_LINE_US 200000u // how long an unfinished line is waited for
#define RETRY_US       5000u
#define RETRIES        20u

CMRX_USE(struct serial, serial);

static struct cmrx_mutex screen_mutex;
static struct screen screen = { .writer = SCREEN_NOBODY };
static volatile uint32_t answer; // enum line_state of the line
static bool is_read;             // somebody is in read_line

// ---- To the serial line

static CMRX_SHARED char to_line[64];
static uint32_t to_line_used;
static uint32_t lost; // characters since somebody last cared

// The driver may have ended and be on its way back. Not for long: who waits
// here may be the one who is to bring it back.
static void flush(void)
{
    for (unsigned n = 0; n < RETRIES && to_line_used > 0; n++) {
        int32_t sent = 0;
        enum cmrx_status status =
            cmrx_call(&sent, serial, write, to_line, to_line_used);

        if (status == CMRX_OK) {
            lost += to_line_used - (sent > 0 ? (uint32_t)sent : 0);
            to_line_used = 0;
        } else if (status != CMRX_STALE) {
            cmrx_sleep_until(cmrx_time_now() + RETRY_US);
        }
    }
    lost += to_line_used;
    to_line_used = 0;
}

void screen_send(const char *bytes, uint32_t size)
{
    while (size > 0) {
        uint32_t room = (uint32_t)sizeof(to_line) - to_line_used;
        uint32_t piece = size < room ? size : room;

        memcpy(to_line + to_line_used, bytes, piece);
        to_line_used += piece;
        bytes += piece;
        size -= piece;
        if (to_line_used == sizeof(to_line))
            flush();
    }
}

// Give the screen back, and what was sent to it to the line. Returns what could
// not be sent.
static uint32_t leave_screen(void)
{
    flush();
    uint32_t missing = lost;
    lost = 0;
    cmrx_mutex_unlock(&screen_mutex);
    return missing;
}

static bool enter_screen(void)
{
    return cmrx_mutex_lock(&screen_mutex, CMRX_FOREVER) == CMRX_OK;
}

// ---- From the serial line

static CMRX_SHARED uint8_t from_line[16];

static void take(uint8_t byte)
{
    struct line_echo echo;

    uint32_t seen;

    while ((seen = answer) != LINE_OPEN)
        cmrx_wait(&answer, seen, CMRX_FOREVER);
    if (!enter_screen())
        return;
    enum line_state state = line_feed(&screen.line, byte, &echo);
    screen_echo(&screen, &echo);
    if (state != LINE_OPEN)
        screen_answered(&screen);
    answer = state; // with the screen: who asks now must see both
    leave_screen();
    if (state != LINE_OPEN)
        cmrx_wake(&answer, CMRX_WAKE_ALL);
}

CMRX_THREAD(input, .stack = 512, .priority = 10)
{
    for (;;) {
        int32_t count = 0;
        enum cmrx_status status = cmrx_call(&count, serial, read, from_line,
                                            sizeof(from_line), SERIAL_FOREVER);

        if (status != CMRX_OK && status != CMRX_STALE)
            cmrx_sleep_until(cmrx_time_now() + RETRY_US);
        for (int32_t n = 0; status == CMRX_OK && n < count; n++)
            take(from_line[n]);
    }
}

// ---- The methods

// Until nobody but `who` has an unfinished line, or it has taken too long: its
// writer may have ended.
static void wait_for_turn(uint32_t who)
{
    uint64_t deadline = cmrx_time_now() + OTHERS_LINE_US;

    for (;;) {
        uint32_t writer = screen.writer;

        if (writer == SCREEN_NOBODY || writer == who)
            return;
        enum cmrx_status status = cmrx_wait(&screen.writer, writer, deadline);
        if (status != CMRX_OK && status != CMRX_CHANGED)
            return;
    }
}

static int32_t console_write(CMRX_SELF, const char *text, uint32_t size)
{
    uint32_t who = (uint32_t)cmrx_caller();

    if (size == 0)
        return 0;
    if (size > INT32_MAX || !cmrx_caller_may_read(text, size))
        return CONSOLE_DENIED;
    wait_for_turn(who);
    if (!enter_screen())
        return CONSOLE_LOST;
    screen_write(&screen, who, text, size);
    uint32_t missing = leave_screen();
    cmrx_wake(&screen.writer, CMRX_WAKE_ALL);
    return missing > 0 ? CONSOLE_LOST : (int32_t)size;
}

static void ask(const char *prompt, uint32_t prompt_size)
{
    uint32_t who = (uint32_t)cmrx_caller();

    wait_for_turn(who);
    if (!enter_screen())
        return;
    memcpy(screen.prompt, prompt, prompt_size);
    screen.prompt_length = prompt_size;
    screen_ask(&screen, who);
    if (answer != LINE_OPEN)
        screen_answered(&screen); // it was typed before it was asked for
    leave_screen();
    cmrx_wake(&screen.writer, CMRX_WAKE_ALL);
}

// Take the line that has been typed, and let the next one be.
static int32_t take_answer(char *to)
{
    enum line_state state = (enum line_state)answer;
    uint32_t length = screen.line.length;

    memcpy(to, screen.line.text, length);
    to[length] = 0;
    line_reset(&screen.line);
    answer = LINE_OPEN;
    cmrx_wake(&answer, CMRX_WAKE_ALL);
    switch (state) {
    case LINE_DONE:
        return (int32_t)length;
    case LINE_TOO_LONG:
        return CONSOLE_TOO_LONG;
    case LINE_END:
        return CONSOLE_END;
    default:
        return CONSOLE_INTERRUPTED;
    }
}

static int32_t console_read_line(CMRX_SELF, char *to, uint32_t size,
                                 const char *prompt, uint32_t prompt_size)
{
    enum cmrx_status status = CMRX_OK;

    if (size < CONSOLE_LINE || !cmrx_caller_may_write(to, size) ||
        prompt_size > CONSOLE_PROMPT ||
        (prompt_size > 0 && !cmrx_caller_may_read(prompt, prompt_size)))
        return CONSOLE_DENIED;
    if (is_read)
        return CONSOLE_BUSY;
    is_read = true;
    ask(prompt, prompt_size);
    while (answer == LINE_OPEN && (status == CMRX_OK || status == CMRX_CHANGED))
        status = cmrx_wait(&answer, LINE_OPEN, CMRX_FOREVER);
    int32_t result = CONSOLE_INTERRUPTED;
    // A line that came as its reader ended is for the reader's next life.
    if (answer != LINE_OPEN && !cmrx_caller_has_ended())
        result = take_answer(to);
    screen.asking = false; // also when its process has ended
    is_read = false;
    return result;
}

CMRX_PROVIDE(struct console, console, .write = console_write,
             .read_line = console_read_line);
