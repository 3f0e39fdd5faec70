// words.c - a line in words.

#include "words.h"

uint32_t words_split(char *line, const char *word[SHELL_WORDS])
{
    uint32_t count = 0;

    for (; *line != 0; line++) {
        if (*line == ' ')
            continue;
        if (count < SHELL_WORDS)
            word[count] = line;
        count++;
        while (line[1] != 0 && line[1] != ' ')
            line++;
        if (line[1] == 0)
            break;
        *++line = 0;
    }
    while (*line != 0)
        line++;
    for (uint32_t n = count; n < SHELL_WORDS; n++)
        word[n] = line;
    return count;
}
