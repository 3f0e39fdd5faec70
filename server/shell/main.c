// main.c - the shell: reads a line, does what it says.

#include "shell.h"
#include "../console/console.h"

#include <cmrx/cmrx.h>
#include <cmrx/format.h>
#include <cmrx/info_find.h>

#include <string.h>

#define RETRY_US 20000u

CMRX_USE(struct console, console);

static CMRX_SHARED char line[CONSOLE_LINE];

// ---- What commands use

bool shell_find_process(const char *name, uint32_t *process)
{
    *process = cmrx_info_process_find(&cmrx_info, name);
    if (*process == CMRX_INFO_NONE)
        shell_say("there is no process \"%s\"; ps shows all\n", name);
    return *process != CMRX_INFO_NONE;
}

bool shell_answered(const char *who, enum cmrx_status status)
{
    if (status != CMRX_OK)
        shell_say("%s gave no answer: %s\n", who, cmrx_status_name(status));
    return status == CMRX_OK;
}

// ---- Commands

static const struct shell_command *commands(void)
{
    return (const struct shell_command *)(const void *)cmrx_rows;
}

static const struct shell_command *commands_end(void)
{
    return (const struct shell_command *)(const void *)cmrx_rows_end;
}

// The first by name after `last`; NULL: there is none.
static const struct shell_command *next_after(const char *last)
{
    const struct shell_command *next = NULL;

    for (const struct shell_command *c = commands(); c < commands_end(); c++) {
        if (strcmp(c->name, last) > 0 &&
            (next == NULL || strcmp(c->name, next->name) < 0))
            next = c;
    }
    return next;
}

SHELL_COMMAND(help, "", "show this")
{
    const struct shell_command *c = next_after("");

    for (; c != NULL; c = next_after(c->name))
        shell_say("%-9s%-17s %s\n", c->name, c->arguments, c->help);
    return count <= 2;
}

SHELL_COMMAND(uptime, "", "how long, and which build")
{
    if (count != 1)
        return false;
    shell_say("%T s, %s on %s, build %s\n", cmrx_time_now(),
              cmrx_info_string(&cmrx_info, cmrx_info.system),
              cmrx_info_string(&cmrx_info, cmrx_info.board),
              cmrx_info_string(&cmrx_info, cmrx_info.build_id));
    return true;
}

// ---- Reading lines

static __attribute__((noinline)) bool perform(const struct shell_command *c,
                                              uint32_t count,
                                              const char *const *word)
{
    return c->run(count, word);
}

CMRX_CALLS_ROWS(perform);

// Do the command of the line. A byte that cannot be shown was replaced before.
static void obey(void)
{
    const char *word[SHELL_WORDS];
    uint32_t count = words_split(line, word);

    if (count == 0)
        return;
    for (const struct shell_command *c = commands(); c < commands_end(); c++) {
        if (strcmp(c->name, word[0]) != 0)
            continue;
        if (count > SHELL_WORDS || !perform(c, count, word))
            shell_say("use: %s %s\n", c->name, c->arguments);
        return;
    }
    shell_say("\"%s\" is not understood; try help\n", word[0]);
}

static void read_and_obey(void)
{
    int32_t length = CONSOLE_INTERRUPTED;
    enum cmrx_status status =
        cmrx_call(&length, console, read_line, line, sizeof(line), "cmrx> ", 6);

    // The console has ended, and may be on its way back.
    if (status != CMRX_OK && status != CMRX_STALE)
        cmrx_sleep_until(cmrx_time_now() + RETRY_US);
    if (status != CMRX_OK)
        return;
    if (length >= 0)
        obey();
    else if (length == CONSOLE_TOO_LONG)
        shell_say("more than %u characters: the line is forgotten\n",
                  CONSOLE_LINE - 1);
    else if (length == CONSOLE_END)
        shell_say("this goes on; try help\n");
}

CMRX_THREAD(main, .stack = CMRX_AUTO, .priority = 4)
{
    shell_say("\n%s on %s. Try help.\n",
              cmrx_info_string(&cmrx_info, cmrx_info.system),
              cmrx_info_string(&cmrx_info, cmrx_info.board));
    for (;;)
        read_and_obey();
}
