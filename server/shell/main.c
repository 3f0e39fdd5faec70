// main.c - the shell: reads a line, does what it says.

#include "shell.h"
#include "../again.h"
#include "../console/console.h"

#include <cmrx/cmrx.h>
#include <cmrx/format.h>
#include <cmrx/info_find.h>

#include <string.h>

#define RETRY_US  20000u
#define SAY_TRIES 10u

CMRX_USE(struct console, console);

static CMRX_SHARED char
    text[CONSOLE_LINE + 80]; // a word, and what is said of it
static CMRX_SHARED char line[CONSOLE_LINE];

// ---- The console

void say(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    uint32_t length = cmrx_format_list(text, sizeof(text), format, values);
    va_end(values);
    // The console may be on its way back from a fault.
    for (uint32_t tries = 0; tries < SAY_TRIES; tries++) {
        if (CALL_AGAIN(cmrx_call(NULL, console, write, text, length)) !=
            CMRX_CLOSED)
            break;
        cmrx_sleep_until(cmrx_time_now() + RETRY_US);
    }
}

bool find_process(const char *name, uint32_t *process)
{
    *process = cmrx_info_process_find(&cmrx_info, name);
    if (*process == CMRX_INFO_NONE)
        say("there is no process \"%s\"; ps shows all\n", name);
    return *process != CMRX_INFO_NONE;
}

bool answered(const char *who, enum cmrx_status status)
{
    if (status != CMRX_OK)
        say("%s gave no answer: %s\n", who, cmrx_status_name(status));
    return status == CMRX_OK;
}

// ---- Commands about the shell itself

static bool show_help(uint32_t count, const char *const word[WORDS])
{
    (void)word;
    for (uint32_t n = 0; n < shell_command_count; n++) {
        const struct command *command = &shell_commands[n];

        say("%-9s%-18s%s\n", command->name, command->arguments, command->help);
    }
    return count <= 2;
}

static bool show_uptime(uint32_t count, const char *const word[WORDS])
{
    (void)word;
    if (count != 1)
        return false;
    say("%T s, %s on %s, build %s\n", cmrx_time_now(),
        cmrx_info_string(&cmrx_info, cmrx_info.system),
        cmrx_info_string(&cmrx_info, cmrx_info.board),
        cmrx_info_string(&cmrx_info, cmrx_info.build_id));
    return true;
}

static bool quit(uint32_t count, const char *const word[WORDS])
{
    uint32_t result = 0;

    if (count > 2 || (count == 2 && !cmrx_parse_u32(word[1], &result)) ||
        result > 255)
        return false;
    say("the system halts\n");
    say("%s\n", cmrx_status_name((int32_t)cmrx_system_halt(result)));
    return true;
}

const struct command shell_commands[] = {
    { "help", "", "show this", show_help },
    { "ps", "", "processes: state, starts, faults, what becomes of them",
      show_processes },
    { "threads", "", "threads: where they are, how much stack they used",
      show_threads },
    { "load", "", "who uses the processor", show_load },
    { "services", "", "who provides what, and who may call it", show_services },
    { "fault", "[n]", "the last fault in words, or the n-th before it",
      show_fault },
    { "sensor", "", "what was measured", show_sensor },
    { "actuator", "", "where it is, and whether it was ever late",
      show_actuator },
    { "move", "<0..1000>", "move the actuator", move_actuator },
    { "restart", "<process>", "end it and start it anew", restart_process },
    { "break", "<process> <how>",
      "make it misbehave; how: null actuator kernel", break_process },
    { "", "", "stack loop divide execute", NULL },
    { "uptime", "", "how long, and which build", show_uptime },
    { "quit", "[result]", "halt the system", quit },
};
const uint32_t shell_command_count =
    sizeof(shell_commands) / sizeof(shell_commands[0]);

// ---- Reading lines

// A function of its own, so that its stack can be declared: it calls through a
// pointer. The most is what move_actuator() needs on a stack of up to 2048 bytes,
// with what it lends.
static __attribute__((noinline)) bool perform(const struct command *command,
                                              uint32_t count,
                                              const char *const word[WORDS])
{
    return command->run(count, word);
}

CMRX_STACK_BOUND(perform, 640);

// Do the command of the line. A byte that cannot be shown was replaced before.
static void obey(void)
{
    const char *word[WORDS];
    uint32_t count = words_split(line, word);

    if (count == 0)
        return;
    for (uint32_t n = 0; n < shell_command_count; n++) {
        const struct command *command = &shell_commands[n];

        if (command->run == NULL || strcmp(command->name, word[0]) != 0)
            continue;
        if (count > WORDS || !perform(command, count, word))
            say("use: %s %s\n", command->name, command->arguments);
        return;
    }
    say("\"%s\" is not understood; try help\n", word[0]);
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
        say("more than %u characters: the line is forgotten\n",
            CONSOLE_LINE - 1);
    else if (length == CONSOLE_END)
        say("to end, type quit\n");
}

CMRX_THREAD(main, .stack = 1536, .priority = 4)
{
    say("\n%s on %s. Try help.\n",
        cmrx_info_string(&cmrx_info, cmrx_info.system),
        cmrx_info_string(&cmrx_info, cmrx_info.board));
    for (;;)
        read_and_obey();
}
