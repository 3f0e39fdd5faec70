// station.c - a pump and its shell, and what the shell is asked and says.

#include "station.h"
#include "../../supervisor/supervisor.h"

#include <cmrx/info.h>

CMRX_USE(struct console, console);

// In place of cmrx_info.
extern struct description {
    struct cmrx_info info;
    struct cmrx_info_process processes[PROCESSES];
    struct cmrx_info_thread threads[1];
    struct cmrx_info_service services[1];
    uint16_t imports[1];
    char names[96];
} description __asm__("cmrx_device_info");

struct description description;

#define OFFSET(member) ((uint32_t)offsetof(struct description, member))

static uint32_t name(const char *text)
{
    static uint32_t used = 1;
    uint32_t at = used;

    strcpy(description.names + used, text);
    used += (uint32_t)strlen(text) + 1;
    return OFFSET(names) + at;
}

static void describe(void)
{
    static const char *const names[] = { "shell", "pump", "guard", "idle" };

    description.info = (struct cmrx_info){
        .magic = CMRX_INFO_MAGIC,
        .size = sizeof(description),
        .system = name("station"),
        .board = name("desk"),
        .build_id = name("42"),
        .process_count = PROCESSES,
        .thread_count = 1,
        .service_count = 1,
        .processes = OFFSET(processes),
        .threads = OFFSET(threads),
        .services = OFFSET(services),
    };
    for (uint32_t n = 0; n < PROCESSES; n++)
        description.processes[n].name = name(names[n]);
    description.processes[SHELL].import_count = 1;
    description.processes[SHELL].imports = OFFSET(imports);
    description.threads[0].name = name("turn");
    description.threads[0].home = PUMP;
    description.services[0].name = name("guardian");
    description.services[0].interface = name("struct supervisor");
    description.services[0].process = GUARD;
}

// ---- The kernel

enum cmrx_status kernel_says = CMRX_OK;
uint32_t restarted = PROCESSES, halted_with = 256, resets;

static enum cmrx_status process_status(uint32_t id,
                                       struct cmrx_process_status *status)
{
    cmrx_check(id < PROCESSES);
    status->state = id == PUMP ? CMRX_PROCESS_BACKOFF : CMRX_PROCESS_RUNNING;
    status->generation = id + 1;
    status->faults = id;
    return kernel_says;
}

static enum cmrx_status thread_status(uint32_t id,
                                      struct cmrx_thread_status *status)
{
    cmrx_check_equal(id, 0);
    *status =
        (struct cmrx_thread_status){ CMRX_THREAD_QUEUED, 7, GUARD, 1, 96, 256 };
    return kernel_says;
}

static enum cmrx_status process_restart(uint32_t id)
{
    restarted = id;
    return kernel_says;
}

static enum cmrx_status system_halt(uint32_t result)
{
    halted_with = result;
    return CMRX_DENIED;
}

static enum cmrx_status system_reset(void)
{
    resets++;
    return CMRX_DENIED;
}

// ---- The console

static char said[4000];
static const char *lines_left;

static int32_t console_write(CMRX_SELF, const char *text, uint32_t size)
{
    cmrx_check(cmrx_caller_may_read(text, size));
    strncat(said, text, size);
    return (int32_t)size;
}

static int32_t console_read_line(CMRX_SELF, char *to, uint32_t size,
                                 const char *prompt, uint32_t prompt_size)
{
    const char *end = strchr(lines_left, '\n');

    cmrx_check(cmrx_caller_may_write(to, size) && size == CONSOLE_LINE);
    cmrx_check(prompt_size == 6 && memcmp(prompt, "cmrx> ", 6) == 0);
    if (end == NULL)
        cmrx_sleep_until(CMRX_FOREVER);
    memcpy(to, lines_left, (size_t)(end - lines_left));
    to[end - lines_left] = 0;
    lines_left = end + 1;
    if (strcmp(to, "^D") == 0)
        return CONSOLE_END;
    return strcmp(to, "...") == 0 ? CONSOLE_TOO_LONG : (int32_t)strlen(to);
}

const char *typed(const char *lines)
{
    static const char greeting[] = "\nstation on desk. Try help.\n";

    describe();
    cmrx_fake_control.process_status = process_status;
    cmrx_fake_control.thread_status = thread_status;
    cmrx_fake_control.process_restart = process_restart;
    cmrx_fake_control.system_halt = system_halt;
    cmrx_fake_control.system_reset = system_reset;
    cmrx_fake(console, write, console_write);
    cmrx_fake(console, read_line, console_read_line);
    lines_left = lines;
    cmrx_test_start();
    cmrx_check_text(lines_left, "");
    cmrx_check(strncmp(said, greeting, strlen(greeting)) == 0);
    return said + strlen(greeting);
}
