// load.c - the command that shows who uses the processor.

#include "shell.h"
#include "../meter/meter.h"

#include <cmrx/cmrx.h>
#include <cmrx/format.h>
#include <cmrx/info_find.h>

CMRX_USE(struct meter, meter);

static enum cmrx_status fetch(uint32_t what, uint32_t number, uint32_t span,
                              uint64_t *share)
{
    *share = 0;
    return CALL_AGAIN(cmrx_call(share, meter, share, what, number, span));
}

static void show_share(uint64_t share)
{
    uint32_t part = (uint32_t)share;

    if (share >> 32 == 0)
        shell_say("     - ");
    else
        shell_say("%4u.%u%%", part / 100, part / 10 % 10);
}

static bool show_both(uint32_t what, uint32_t number)
{
    uint64_t ever, recent;

    if (!shell_answered("meter", fetch(what, number, METER_EVER, &ever)) ||
        fetch(what, number, METER_RECENT, &recent) != CMRX_OK)
        return false;
    show_share(recent);
    show_share(ever);
    shell_say("\n");
    return true;
}

static bool show_loads_of_processes(void)
{
    shell_say("process            recently  ever\n");
    for (uint32_t n = 0; n < cmrx_info.process_count; n++) {
        shell_say("%-20s", cmrx_info_process_name(&cmrx_info, n));
        if (!show_both(METER_PROCESS, n))
            return false;
    }
    return true;
}

static bool show_loads_of_threads(void)
{
    shell_say("thread             recently  ever\n");
    for (uint32_t n = 0; n < cmrx_info.thread_count; n++) {
        const struct cmrx_info_thread *thread =
            cmrx_info_thread_at(&cmrx_info, n);
        char name[32];

        cmrx_format(name, sizeof(name), "%s.%s",
                    cmrx_info_process_name(&cmrx_info, thread->home),
                    cmrx_info_string(&cmrx_info, thread->name));
        shell_say("%-20s", name);
        if (!show_both(METER_THREAD, n))
            return false;
    }
    return true;
}

SHELL_COMMAND(load, "", "who uses the processor")
{
    uint32_t own = 0;

    (void)word;
    if (count != 1)
        return false;
    if (!show_loads_of_processes() || !show_loads_of_threads())
        return true;
    if (CALL_AGAIN(cmrx_call(&own, meter, own)) == CMRX_OK)
        shell_say("the meter itself: %u.%02u%%\n", own / 100, own % 100);
    return true;
}
