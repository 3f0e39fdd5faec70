// words.h - a line in words.

#ifndef SERVER_SHELL_WORDS_H
#define SERVER_SHELL_WORDS_H

#include <stdint.h>

#define SHELL_WORDS 4u // that are told apart

// Cut `line` into words at its spaces, in place. Returns how many there are,
// also beyond SHELL_WORDS; word[0..SHELL_WORDS) that are not there are empty strings.
uint32_t words_split(char *line, const char *word[SHELL_WORDS]);

#endif
