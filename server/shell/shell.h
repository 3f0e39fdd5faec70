// shell.h - commands of the shell: what one is, and what it may use.
//
//     #include "shell.h"
//
//     SHELL_COMMAND(fill, "<percent>", "fill the tank")
//     {
//         uint32_t percent;
//
//         if (count != 2 || !cmrx_parse_u32(word[1], &percent) || percent > 100)
//             return false;
//         ...
//         shell_say("the tank is at %u %%\n", percent);
//         return true;
//     }
//
// The source belongs to a program that EXTENDS shell; see README.md.

#ifndef SERVER_SHELL_SHELL_H
#define SERVER_SHELL_SHELL_H

#include "words.h"
#include "../again.h"
#include "../console/say.h"

#include <cmrx/process.h>
#include <cmrx/status.h>

#include <stdbool.h>

// SHELL_COMMAND(name, "arguments", "what it does") { body }
// The body gets `count` words, word[0] is the name; those that are not there are
// empty. It returns false when the words make no sense: then it is shown how the
// command is used. It runs in the shell's thread `main`, whose stack is worked out
// for the deepest of all commands. The texts are for `help`: up to 16 characters, and
// up to 50; beyond that a line of the person's terminal is broken.
#define SHELL_COMMAND(name, arguments, help)                                   \
    static bool command_##name(uint32_t, const char *const[SHELL_WORDS]);      \
    CMRX_ROW static const struct shell_command row_##name = {                  \
        #name, arguments, help, command_##name                                 \
    };                                                                         \
    static bool command_##name(__attribute__((unused)) uint32_t count,         \
                               __attribute__((unused))                         \
                               const char *const word[SHELL_WORDS])

// Print on the console: console_say(), of console/say.h.
#define shell_say console_say

// The number of the process of that name. False: there is none, and it was said.
bool shell_find_process(const char *name, uint32_t *process);

// Has a call come back with an answer? If not, that is said; who: a name for it.
//     if (!shell_answered("pump", CALL_AGAIN(cmrx_call(&n, pump, speed))))
//         return true;
bool shell_answered(const char *who, enum cmrx_status status);

// ---- How it works

struct shell_command {
    const char *name;
    const char *arguments;
    const char *help;
    bool (*run)(uint32_t count, const char *const word[SHELL_WORDS]);
};

#endif
