// care_supervisor.c - the supervisor brings processes back: what it knows of them,
// and commands that ask it.

#include "care.h"
#include "shell.h"
#include "../supervisor/supervisor.h"

#include <cmrx/cmrx.h>
#include <cmrx/format.h>
#include <cmrx/info_find.h>

#include <string.h>

CMRX_USE(struct supervisor, supervisor);

static bool is_supervisor(uint32_t process)
{
    for (uint32_t n = 0; n < cmrx_info.service_count; n++) {
        const struct cmrx_info_service *service =
            cmrx_info_service_at(&cmrx_info, n);

        if (service->process == process &&
            strcmp(cmrx_info_string(&cmrx_info, service->interface),
                   "struct supervisor") == 0)
            return true;
    }
    return false;
}

// What its supervisor knows; of itself it knows only what it has seen since its
// own start.
void care_outlook(uint32_t process)
{
    int32_t outlook = 0;

    if (is_supervisor(process))
        shell_say("the kernel decides\n");
    else if (CALL_AGAIN(cmrx_call(&outlook, supervisor, outlook, process)) !=
             CMRX_OK)
        shell_say("not known\n");
    else if (outlook < 0)
        shell_say("the kernel decides\n");
    else if ((outlook & SUPERVISOR_NO_ROW) != 0)
        shell_say("no row of its own\n");
    else if ((outlook & SUPERVISOR_GIVEN_UP) != 0)
        shell_say("given up\n");
    else if ((outlook & SUPERVISOR_PENDING) != 0)
        shell_say("will be restarted\n");
    else
        shell_say("restart; failures that count: %d\n",
                  outlook & SUPERVISOR_FAILURES);
}

SHELL_COMMAND(fault, "[n]", "the last fault in words, or the n-th before it")
{
    uint32_t back = 0;
    int32_t result = 0;

    if (count > 2 || (count == 2 && !cmrx_parse_u32(word[1], &back)))
        return false;
    if (!shell_answered("supervisor",
                        CALL_AGAIN(cmrx_call(&result, supervisor, tell, back))))
        return true;
    if (result == SUPERVISOR_NOTHING)
        shell_say(count == 2 ? "that one is not remembered\n"
                             : "there was no fault\n");
    return true;
}

SHELL_COMMAND(restart, "<process>", "end it and start it anew")
{
    uint32_t process;
    int32_t result = 0;

    if (count != 2)
        return false;
    if (!shell_find_process(word[1], &process))
        return true;
    enum cmrx_status status =
        CALL_AGAIN(cmrx_call(&result, supervisor, restart, process));
    // One who was asked to restart itself does not answer.
    if (status == CMRX_DEAD && is_supervisor(process))
        status = CMRX_OK;
    if (!shell_answered("supervisor", status))
        return true;
    if (result == 0)
        shell_say("%s was restarted\n", word[1]);
    else
        shell_say("%s cannot be restarted\n", word[1]);
    return true;
}
