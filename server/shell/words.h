// words.h - a line in words.

#ifndef SERVER_SHELL_WORDS_H
#define SERVER_SHELL_WORDS_H

#include <stdint.h>

#define WORDS 4u // that are told apart

// Cut `line` into words at its spaces, in place. Returns how many there are,
// also beyond WORDS; word[0..WORDS) that are not there are empty strings.
uint32_t words_split(char *line, const char *word[WORDS]);

#endif
