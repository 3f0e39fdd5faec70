// care_kernel.c - there is no supervisor: the kernel brings processes back, and the
// shell may do what a supervisor would: rights `inspect` and `control`.

#include "care.h"
#include "shell.h"
#include "../supervisor/explain.h"

#include <cmrx/cmrx.h>
#include <cmrx/control.h>

void care_outlook(uint32_t process)
{
    (void)process;
    shell_say("the kernel decides\n");
}

SHELL_COMMAND(faults, "", "all that nobody has seen yet, in words")
{
    static struct cmrx_fault fault; // the kernel writes it
    static char words[160];
    uint32_t found = 0;

    if (count != 1)
        return false;
    enum cmrx_status status = cmrx_fault_read(&fault);
    for (; status == CMRX_OK; status = cmrx_fault_read(&fault), found++) {
        for (uint32_t n = 0;
             explain_line(&cmrx_info, &fault, n, words, sizeof(words)); n++)
            shell_say("! %s\n", words);
    }
    if (status != CMRX_BUSY)
        shell_say("%s\n", cmrx_status_name(status));
    else if (found == 0)
        shell_say("there was no fault\n");
    return true;
}

SHELL_COMMAND(restart, "<process>", "end it and start it anew")
{
    uint32_t process;

    if (count != 2)
        return false;
    if (!shell_find_process(word[1], &process))
        return true;
    enum cmrx_status status = cmrx_process_restart(process);
    if (status == CMRX_OK)
        shell_say("%s was restarted\n", word[1]);
    else
        shell_say("%s: %s\n", word[1], cmrx_status_name(status));
    return true;
}
