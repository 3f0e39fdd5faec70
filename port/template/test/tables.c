// tables.c - the smallest system with a call: app, and a server that is idle too.

#include "tables.h"

#include "internal.h"

static _Alignas(32) uint8_t stacks[2][STACK_BYTES], memories[2][64];

struct process processes[2];
struct thread threads[2];
uint32_t timer_due[4];
uint8_t timer_slot[4], timer_heap[4];
struct fault_store fault_store;
const uint8_t process_count = 2, thread_count = 2, fault_levels = 1,
              priority_count = 5;
const uint8_t stack_order[] = { 0, 1 };
const uint16_t interrupt_lines = 2;
const struct clock_rate clock_rate = { 1, 1, PORT_TICKS_MAX };
const struct region public_constants = { 0x1000, 64 };
const struct port_region public_map = { 0x1000, 0x1040 | MAY_READ };

// As large as the layout makes it: a queue for each priority.
uint64_t scheduler[(sizeof(struct sched) + 5 * sizeof(struct queue)) /
                   sizeof(uint64_t)] __asm__("sched");

static const uintptr_t methods[] = { METHOD };
static const struct service service = {
    .self = SELF,
    .methods = methods,
    .process = &processes[1],
    .room = 64,
    .method_count = 1,
};
static const struct service *const imports[] = { &service };
static struct door doors[1];
static struct door *const entrances[] = { &doors[0] };
static struct call calls[2][1];

const struct interrupt interrupts[] = {
    { .event = { &processes[0], (uint32_t *)memories[0] },
      .bits = 1,
      .line = 1 },
};
const uint8_t interrupt_owner[] = { NONE, 0 };
const struct event supervisor_event = { NULL, NULL };

#define MEMORY(n)                                                              \
    {                                                                          \
        (uintptr_t) memories[n], sizeof memories[n]                            \
    }
#define SHOWN(array)                                                           \
    {                                                                          \
        (uintptr_t)(array),                                                    \
            ((uintptr_t)(array) + sizeof(array)) + (MAY_READ | MAY_WRITE)      \
    }

const struct process_image process_images[] = {
    { .map = { { 0x2000, 0x2100 | MAY_READ | MAY_EXECUTE },
               SHOWN(memories[0]) },
      .code = { 0x2000, 0x100 },
      .memory = MEMORY(0),
      .imports = imports,
      .interrupts = interrupts,
      .doors = doors,
      .return_gate = GATE,
      .exit_gate = GATE,
      .import_count = 1,
      .interrupt_count = 1,
      .thread_count = 1,
      .policy = POLICY_STOP },
    { .map = { { 0x3000, 0x3100 | MAY_READ | MAY_EXECUTE },
               SHOWN(memories[1]) },
      .code = { 0x3000, 0x100 },
      .memory = MEMORY(1),
      .entrances = entrances,
      .entrance_count = 1,
      .return_gate = GATE,
      .exit_gate = GATE,
      .first_thread = 1,
      .thread_count = 1,
      .policy = POLICY_RESTART },
};

const struct thread_image thread_images[] = {
    { .home = &processes[0],
      .entry = MAIN,
      .stack = { (uintptr_t)stacks[0], STACK_BYTES },
      .window = { .whole = SHOWN(stacks[0]), .shift = 4 },
      .calls = calls[0],
      .depth = 1,
      .priority = 4 },
    { .home = &processes[1],
      .entry = IDLE,
      .stack = { (uintptr_t)stacks[1], STACK_BYTES },
      .window = { .whole = SHOWN(stacks[1]), .shift = 4 },
      .calls = calls[1],
      .depth = 1 },
};

uint32_t *event_word(void)
{
    return (uint32_t *)memories[0];
}
