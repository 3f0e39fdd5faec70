// commands.c - commands of a product, for test_process.c.

#include "shell.h"

#include <cmrx/format.h>

SHELL_COMMAND(fill, "<percent>", "fill the tank")
{
    uint32_t percent;

    if (count != 2 || !cmrx_parse_u32(word[1], &percent) || percent > 100)
        return false;
    shell_say("the tank is at %u %%\n", percent);
    return true;
}

SHELL_COMMAND(last, "[word] [word] [word]", "the last word")
{
    shell_say("%s\n", word[count - 1]);
    return true;
}
