// shell.h - what the commands of the shell have in common.

#ifndef SERVER_SHELL_SHELL_H
#define SERVER_SHELL_SHELL_H

#include "words.h"

#include <cmrx/status.h>

#include <stdbool.h>

// A command takes its words, word[0] is its name, `count` of them; missing ones
// are empty. False: the words make no sense, show how it is used.
struct command {
    const char *name;
    const char *arguments;
    const char *help;
    bool (*run)(uint32_t count, const char *const word[WORDS]);
};

extern const struct command shell_commands[];
extern const uint32_t shell_command_count;

// Print on the console, formatted as cmrx_format() does; up to 100 characters.
void say(const char *format, ...);

// The number of the process of that name; says so when there is none.
bool find_process(const char *name, uint32_t *process);

// Says that a call has not come back with an answer. True when it has.
bool answered(const char *who, enum cmrx_status status);

// Commands, see help texts in main.c.
bool show_processes(uint32_t count, const char *const word[WORDS]);
bool show_threads(uint32_t count, const char *const word[WORDS]);
bool show_load(uint32_t count, const char *const word[WORDS]);
bool show_services(uint32_t count, const char *const word[WORDS]);
bool show_fault(uint32_t count, const char *const word[WORDS]);
bool restart_process(uint32_t count, const char *const word[WORDS]);
bool show_sensor(uint32_t count, const char *const word[WORDS]);
bool show_actuator(uint32_t count, const char *const word[WORDS]);
bool move_actuator(uint32_t count, const char *const word[WORDS]);
bool break_process(uint32_t count, const char *const word[WORDS]);

#endif
