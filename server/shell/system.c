// system.c - commands that show the system: right `inspect`.

#include "care.h"
#include "shell.h"

#include <cmrx/cmrx.h>
#include <cmrx/format.h>
#include <cmrx/info_find.h>

static const char *process_state(uint32_t state)
{
    static const char *const names[] = {
        [CMRX_PROCESS_STOPPED] = "stopped",  [CMRX_PROCESS_FAULTED] = "faulted",
        [CMRX_PROCESS_BACKOFF] = "back-off", [CMRX_PROCESS_RUNNING] = "running",
        [CMRX_PROCESS_DIRTY] = "dirty",
    };
    return state < sizeof(names) / sizeof(names[0]) ? names[state] : "?";
}

SHELL_COMMAND(ps, "", "processes: state, starts, faults, what becomes of them")
{
    if (count != 1)
        return false;
    shell_say("process     state     starts  faults  if it fails\n");
    for (uint32_t n = 0; n < cmrx_info.process_count; n++) {
        struct cmrx_process_status status;
        enum cmrx_status result = cmrx_process_status(n, &status);

        if (result != CMRX_OK) {
            shell_say("%s\n", cmrx_status_name(result));
            break;
        }
        shell_say("%-12s%-10s%6u%8u  ", cmrx_info_process_name(&cmrx_info, n),
                  process_state(status.state), status.generation,
                  status.faults);
        if (n + 1 == cmrx_info.process_count)
            shell_say(
                "-\n"); // idle: it cannot fail, and is nobody's to restart
        else
            care_outlook(n);
    }
    return true;
}

static const char *thread_state(uint32_t state)
{
    static const char *const names[] = {
        [CMRX_THREAD_DORMANT] = "dormant",
        [CMRX_THREAD_READY] = "ready",
        [CMRX_THREAD_WAITING] = "waiting",
        [CMRX_THREAD_QUEUED] = "queued",
    };
    return state < sizeof(names) / sizeof(names[0]) ? names[state] : "?";
}

static void show_thread(uint32_t n, const struct cmrx_thread_status *status)
{
    const struct cmrx_info_thread *thread = cmrx_info_thread_at(&cmrx_info, n);
    char name[32];

    cmrx_format(name, sizeof(name), "%s.%s",
                cmrx_info_process_name(&cmrx_info, thread->home),
                cmrx_info_string(&cmrx_info, thread->name));
    shell_say("%-20s%-8s%9u  %-12s%6u of %u\n", name,
              thread_state(status->state), status->priority,
              cmrx_info_process_name(&cmrx_info, status->process),
              status->stack_used, status->stack_size);
}

SHELL_COMMAND(threads, "", "threads: where they are, how much stack they used")
{
    if (count != 1)
        return false;
    shell_say(
        "thread              state    priority  is in       stack used\n");
    for (uint32_t n = 0; n < cmrx_info.thread_count; n++) {
        struct cmrx_thread_status status;
        enum cmrx_status result = cmrx_thread_status(n, &status);

        if (result != CMRX_OK) {
            shell_say("%s\n", cmrx_status_name(result));
            break;
        }
        show_thread(n, &status);
    }
    return true;
}

static void show_callers(uint32_t service)
{
    const char *between = "";

    for (uint32_t n = 0; n < cmrx_info.process_count; n++) {
        if (!cmrx_info_may_call(&cmrx_info, n, service))
            continue;
        shell_say("%s%s", between, cmrx_info_process_name(&cmrx_info, n));
        between = ", ";
    }
    shell_say(between[0] == 0 ? "nobody\n" : "\n");
}

SHELL_COMMAND(services, "", "who provides what, and who may call it")
{
    if (count != 1)
        return false;
    shell_say("provider    service     may be called by\n");
    for (uint32_t n = 0; n < cmrx_info.service_count; n++) {
        const struct cmrx_info_service *service =
            cmrx_info_service_at(&cmrx_info, n);

        shell_say("%-12s%-12s",
                  cmrx_info_process_name(&cmrx_info, service->process),
                  cmrx_info_string(&cmrx_info, service->name));
        show_callers(n);
    }
    return true;
}
