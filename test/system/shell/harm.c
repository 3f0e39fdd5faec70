// harm.c - a command of this system: the process `clumsy` touches NULL.

#include "../../../server/misbehave.h"

#include <shell.h>

#include <cmrx/cmrx.h>

CMRX_USE(struct misbehave, misbehave);

SHELL_COMMAND(harm, "", "let clumsy fail")
{
    int32_t result;

    if (count != 1)
        return false;
    return !shell_answered(
        word[0],
        CALL_AGAIN(cmrx_call(&result, misbehave, now, MISBEHAVE_NULL, 0)));
}
