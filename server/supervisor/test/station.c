// station.c - forty processes, and the kernel that the supervisor asks about them.

#include "station.h"
#include "../../../driver/watchdog.h"
#include "../../console/console.h"
#include "../supervisor.h"

#include <cmrx/info.h>

// What the layout does in the product.
__asm__(".globl cmrx_id_process_modem, cmrx_id_process_network\n"
        ".globl cmrx_id_process_pump, cmrx_id_process_valve\n"
        ".globl cmrx_id_process_asker\n"
        ".set cmrx_id_process_modem, 33\n"
        ".set cmrx_id_process_network, 34\n"
        ".set cmrx_id_process_pump, 35\n"
        ".set cmrx_id_process_valve, 36\n"
        ".globl cmrx_id_process_runner\n"
        ".set cmrx_id_process_runner, 38\n"
        ".set cmrx_id_process_asker, 37\n");

CMRX_USE(struct console, console);
CMRX_USE(struct supervisor, supervisor);
CMRX_USE(struct watchdog, watchdog);

// In place of cmrx_info.
extern struct description {
    struct cmrx_info info;
    struct cmrx_info_process processes[PROCESSES];
    char names[32];
} description __asm__("cmrx_device_info");

struct description description;

// ---- The kernel that it asks

struct station_process all[PROCESSES];
uint32_t resets, order[16], ordered, threads_left = 2;
bool hears[PROCESSES];

static enum cmrx_status process_status(uint32_t id,
                                       struct cmrx_process_status *status)
{
    cmrx_check(id < PROCESSES);
    status->state = all[id].state;
    status->generation = all[id].generation;
    status->faults = 0;
    return CMRX_OK;
}

enum cmrx_status process_restart(uint32_t id)
{
    cmrx_check(id < PROCESSES);
    cmrx_check(all[id].state != CMRX_PROCESS_RUNNING);
    all[id].state = CMRX_PROCESS_RUNNING;
    all[id].generation = all[id].generation % 0xffff + 1;
    all[id].restarts++;
    all[id].started = cmrx_time_now();
    order[ordered++ % 16] = id;
    return CMRX_OK;
}

static enum cmrx_status process_stop(uint32_t id)
{
    cmrx_check(id < PROCESSES);
    all[id].state = CMRX_PROCESS_STOPPED;
    all[id].stops++;
    order[ordered++ % 16] = id;
    return CMRX_OK;
}

static enum cmrx_status thread_status(uint32_t id,
                                      struct cmrx_thread_status *status)
{
    cmrx_check(id >= 70 && id <= 73);
    status->process = id == 72 ? OTHER : PUMP;
    if (id > 71) { // those of pump
        status->state = id == 72 ? CMRX_THREAD_QUEUED : CMRX_THREAD_READY;
        return CMRX_OK;
    }
    status->state =
        71 - id < threads_left ? CMRX_THREAD_WAITING : CMRX_THREAD_DORMANT;
    return CMRX_OK;
}

static enum cmrx_status fault_read(struct cmrx_fault *fault)
{
    (void)fault;
    return CMRX_BUSY;
}

static enum cmrx_status system_reset(void)
{
    resets++;
    return CMRX_DENIED;
}

// ---- Others

char said[4000];

static int32_t console_write(CMRX_SELF, const char *text, uint32_t size)
{
    strncat(said, text, size);
    return (int32_t)size;
}

uint32_t kicks;
uint64_t last_kick;

static int32_t watchdog_kick(CMRX_SELF, uint32_t timeout_us)
{
    cmrx_check_equal(timeout_us, 160 * MS);
    kicks++;
    last_kick = cmrx_time_now();
    return 0;
}

// ---- Doing

void beats(void)
{
    if (hears[PUMP] && all[PUMP].state == CMRX_PROCESS_RUNNING)
        cmrx_test_post(heartbeat_pump, 1);
    if (hears[VALVE] && all[VALVE].state == CMRX_PROCESS_RUNNING)
        cmrx_test_post(heartbeat_valve, 1);
    if (hears[NETWORK] && all[NETWORK].state == CMRX_PROCESS_RUNNING)
        cmrx_test_post(heartbeat_network, 1);
}

void pass(uint32_t ms)
{
    for (uint32_t n = 0; n < ms; n++) {
        beats();
        cmrx_sleep_until(cmrx_time_now() + MS);
    }
}

void start_at(uint64_t time)
{
    description.info = (struct cmrx_info){ .magic = CMRX_INFO_MAGIC,
                                           .size = sizeof(description),
                                           .process_count = PROCESSES,
                                           .processes = offsetof(
                                               struct description, processes) };
    description.processes[RUNNER].first_thread = 70;
    description.processes[RUNNER].thread_count = 2;
    description.processes[PUMP].first_thread = 72;
    description.processes[PUMP].thread_count = 2;
    for (uint32_t n = 0; n < PROCESSES; n++) {
        all[n].state = CMRX_PROCESS_RUNNING;
        all[n].generation = 1;
        hears[n] = true;
    }
    cmrx_fake_control.process_status = process_status;
    cmrx_fake_control.process_restart = process_restart;
    cmrx_fake_control.process_stop = process_stop;
    cmrx_fake_control.fault_read = fault_read;
    cmrx_fake_control.thread_status = thread_status;
    cmrx_fake_control.system_reset = system_reset;
    cmrx_fake(console, write, console_write);
    cmrx_fake(watchdog, kick, watchdog_kick);
    cmrx_sleep_until(time);
    cmrx_test_start();
    beats();
}

void start(void)
{
    start_at(1000 * MS);
}

void mark(uint32_t id)
{
    all[id].state = CMRX_PROCESS_FAULTED;
}

void fails(uint32_t id)
{
    mark(id);
    cmrx_test_post(fault, 1u << id % 32);
}

int32_t outlook(uint32_t id)
{
    int32_t result = 0;

    cmrx_check_equal(cmrx_call(&result, supervisor, outlook, id), CMRX_OK);
    return result;
}

void restart(uint32_t id)
{
    int32_t result = 1;

    cmrx_check_equal(cmrx_call(&result, supervisor, restart, id), CMRX_OK);
    cmrx_check_equal(result, 0);
}

void check_restarts(uint32_t id, uint32_t restarts, uint32_t state)
{
    cmrx_check_equal(all[id].restarts, restarts);
    cmrx_check_equal(all[id].state, state);
}
