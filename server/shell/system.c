// system.c - commands that show the system and restart its parts.

#include "shell.h"
#include "../again.h"
#include "../supervisor/supervisor.h"

#include <cmrx/cmrx.h>
#include <cmrx/format.h>
#include <cmrx/info_find.h>

CMRX_USE(struct supervisor, supervisor);

static const char *process_state(uint32_t state)
{
    static const char *const names[] = {
        [CMRX_PROCESS_STOPPED] = "stopped",  [CMRX_PROCESS_FAULTED] = "faulted",
        [CMRX_PROCESS_BACKOFF] = "back-off", [CMRX_PROCESS_RUNNING] = "running",
        [CMRX_PROCESS_DIRTY] = "dirty",
    };
    return state < sizeof(names) / sizeof(names[0]) ? names[state] : "?";
}

static bool is_supervisor(uint32_t process)
{
    return process == cmrx_info_process_find(&cmrx_info, "supervisor");
}

// What its supervisor knows; of itself it knows only what it has seen since its
// own start, and idle is nobody's to restart.
static void show_outlook(uint32_t process)
{
    int32_t outlook = 0;

    if (process + 1 == cmrx_info.process_count)
        say("-\n");
    else if (is_supervisor(process))
        say("restart, by the kernel\n");
    else if (CALL_AGAIN(cmrx_call(&outlook, supervisor, outlook, process)) !=
                 CMRX_OK ||
             outlook < 0)
        say("not known\n");
    else if ((outlook & SUPERVISOR_GIVEN_UP) != 0)
        say("given up\n");
    else if ((outlook & SUPERVISOR_PENDING) != 0)
        say("will be restarted\n");
    else
        say("restart; faults in the last minute: %d\n",
            outlook & SUPERVISOR_FAILURES);
}

bool show_processes(uint32_t count, const char *const word[WORDS])
{
    (void)word;
    if (count != 1)
        return false;
    say("process     state     starts  faults  policy\n");
    for (uint32_t n = 0; n < cmrx_info.process_count; n++) {
        struct cmrx_process_status status;
        enum cmrx_status result = cmrx_process_status(n, &status);

        if (result != CMRX_OK) {
            say("%s\n", cmrx_status_name(result));
            break;
        }
        say("%-12s%-10s%6u%8u  ", cmrx_info_process_name(&cmrx_info, n),
            process_state(status.state), status.generation, status.faults);
        show_outlook(n);
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
    say("%-20s%-8s%9u  %-12s%6u of %u\n", name, thread_state(status->state),
        status->priority, cmrx_info_process_name(&cmrx_info, status->process),
        status->stack_used, status->stack_size);
}

bool show_threads(uint32_t count, const char *const word[WORDS])
{
    (void)word;
    if (count != 1)
        return false;
    say("thread              state    priority  is in       stack used\n");
    for (uint32_t n = 0; n < cmrx_info.thread_count; n++) {
        struct cmrx_thread_status status;
        enum cmrx_status result = cmrx_thread_status(n, &status);

        if (result != CMRX_OK) {
            say("%s\n", cmrx_status_name(result));
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
        say("%s%s", between, cmrx_info_process_name(&cmrx_info, n));
        between = ", ";
    }
    say(between[0] == 0 ? "nobody\n" : "\n");
}

bool show_services(uint32_t count, const char *const word[WORDS])
{
    (void)word;
    if (count != 1)
        return false;
    say("provider    service     may be called by\n");
    for (uint32_t n = 0; n < cmrx_info.service_count; n++) {
        const struct cmrx_info_service *service =
            cmrx_info_service_at(&cmrx_info, n);

        say("%-12s%-12s", cmrx_info_process_name(&cmrx_info, service->process),
            cmrx_info_string(&cmrx_info, service->name));
        show_callers(n);
    }
    return true;
}

bool show_fault(uint32_t count, const char *const word[WORDS])
{
    uint32_t back = 0;
    int32_t result = 0;

    if (count > 2 || (count == 2 && !cmrx_parse_u32(word[1], &back)))
        return false;
    if (!answered("supervisor",
                  CALL_AGAIN(cmrx_call(&result, supervisor, tell, back))))
        return true;
    if (result == SUPERVISOR_NOTHING)
        say(count == 2 ? "that one is not remembered\n"
                       : "there was no fault\n");
    return true;
}

bool restart_process(uint32_t count, const char *const word[WORDS])
{
    uint32_t process;
    int32_t result = 0;

    if (count != 2)
        return false;
    if (!find_process(word[1], &process))
        return true;
    enum cmrx_status status =
        CALL_AGAIN(cmrx_call(&result, supervisor, restart, process));
    // One who was asked to restart itself does not answer.
    if (status == CMRX_DEAD && is_supervisor(process))
        status = CMRX_OK;
    if (!answered("supervisor", status))
        return true;
    if (result == 0)
        say("%s was restarted\n", word[1]);
    else
        say("%s cannot be restarted\n", word[1]);
    return true;
}
