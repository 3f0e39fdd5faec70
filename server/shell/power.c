// power.c - commands that end the system: right `power`.

#include "shell.h"

#include <cmrx/control.h>
#include <cmrx/format.h>

CMRX_OPTIONAL_RIGHT(power); // without it the commands say so

SHELL_COMMAND(reset, "", "reset the system")
{
    if (count != 1)
        return false;
    shell_say("the system is reset\n");
    shell_say("%s\n", cmrx_status_name((int32_t)cmrx_system_reset()));
    return true;
}

SHELL_COMMAND(quit, "[result]", "halt the system")
{
    uint32_t result = 0;

    if (count > 2 || (count == 2 && !cmrx_parse_u32(word[1], &result)) ||
        result > 255)
        return false;
    shell_say("the system halts\n");
    shell_say("%s\n", cmrx_status_name((int32_t)cmrx_system_halt(result)));
    return true;
}
