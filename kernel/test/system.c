// system.c - makes the kernel's tables of a plan.
//
// What the layout tool would put into flash is filled in here at run time. The
// arrays have names of their own in C, so that the compiler knows that they
// change, and the kernel's names for the linker.

#include "system.h"

#include "group.h"
#include "internal.h"

#include <string.h>
#include <sys/mman.h>

#define LINKED(name) __asm__(#name)

#define CODE         0x08000000u
#define PUBLIC       0x08f00000u
#define MEMORY       0x20000000u
#define STACKS       0x20100000u
#define DEVICES      0x40000000u
#define STACK_ORDER  7u // they do not lie in the order of the threads
#define PAGE         0x1000u
#define GUARD        0xa5a5a5a5u

struct plan plan;

struct process processes[SYSTEM_PROCESSES];
struct thread threads[SYSTEM_THREADS];
uint32_t timer_due[SYSTEM_PROCESSES + SYSTEM_THREADS];
uint8_t timer_slot[SYSTEM_PROCESSES + SYSTEM_THREADS];
uint8_t timer_heap[SYSTEM_PROCESSES + SYSTEM_THREADS];
const uint8_t priority_count = PRIORITIES;
struct fault_store fault_store;

// As large as tables.c makes it.
uint64_t scheduler[(sizeof(struct sched) + PRIORITIES * sizeof(struct queue)) /
                   sizeof(uint64_t)] LINKED(sched);
_Static_assert(sizeof(struct sched) % sizeof(uint64_t) == 0, "whole words");

extern struct process_image process_table[] LINKED(process_images);
extern struct thread_image thread_table[] LINKED(thread_images);
extern struct interrupt interrupt_table[] LINKED(interrupts);
extern uint8_t owner_table[] LINKED(interrupt_owner);
extern uint8_t order_table[] LINKED(stack_order);
extern uint16_t line_count LINKED(interrupt_lines);
extern uint8_t process_total LINKED(process_count);
extern uint8_t thread_total LINKED(thread_count);
extern uint8_t chain_levels LINKED(fault_levels);
extern struct region public_area LINKED(public_constants);
extern struct port_region public_mapped LINKED(public_map);
extern struct event told LINKED(supervisor_event);
extern struct clock_rate rate LINKED(clock_rate);

struct process_image process_table[SYSTEM_PROCESSES];
struct thread_image thread_table[SYSTEM_THREADS];
struct interrupt interrupt_table[SYSTEM_INTERRUPTS];
uint8_t owner_table[FAKE_LINES];
uint8_t order_table[SYSTEM_THREADS];
uint16_t line_count = FAKE_LINES;
uint8_t process_total, thread_total, chain_levels = CMRX_FAULT_CHAIN;
struct region public_area = { PUBLIC, PAGE };
struct port_region public_mapped = { PUBLIC, PAGE, 0 };
struct event told;
struct clock_rate rate;

// What the tables point to.
static struct service services[SYSTEM_SERVICES];
static struct event events[SYSTEM_SERVICES];
static uintptr_t methods[SYSTEM_SERVICES][SYSTEM_METHODS];
static struct call calls[SYSTEM_THREADS][SYSTEM_DEPTH];

static struct tables {
    const struct service *imports[SYSTEM_IMPORTS];
    const struct event *posts[SYSTEM_POSTS];
    struct quiesce quiesces[2];
    struct door doors[SYSTEM_IMPORTS];
    struct door *entrances[SYSTEM_PROCESSES * SYSTEM_IMPORTS];
    uint32_t initial[SYSTEM_INITIAL], initial_shared[SYSTEM_INITIAL];
} tables[SYSTEM_PROCESSES];

// ---- Where things are

uint32_t system_word(unsigned process, unsigned n)
{
    return MEMORY + process * PAGE + n * 4u;
}

uint32_t system_device(unsigned process, unsigned n)
{
    return DEVICES + process * PAGE + n * 4u;
}

uint32_t system_stack(unsigned thread)
{
    return STACKS + (thread ^ STACK_ORDER) * PAGE + PAGE / 2;
}

uint32_t system_public(void)
{
    return PUBLIC;
}

uint32_t system_code(unsigned process)
{
    return CODE + process * PAGE;
}

uint32_t system_entry(unsigned thread)
{
    return system_code(plan.threads[thread].home) + 0x800u + thread * 4u;
}

uint32_t system_method(unsigned service, unsigned method)
{
    return system_code(plan.services[service].process) + 0x100u +
           service * 0x40u + method * 4u;
}

uint32_t system_room(unsigned need)
{
    return (need + PORT_CALL_BYTES + 31) / 32 * 32;
}

uint32_t system_self(unsigned service)
{
    return system_word(plan.services[service].process, 200u + service);
}

uint32_t system_return_gate(unsigned process)
{
    return system_code(process) + 0x20u;
}

uint32_t system_exit_gate(unsigned process)
{
    return system_code(process) + 0x10u;
}

uint32_t system_initial(unsigned process, unsigned n)
{
    bool is_given = n < SYSTEM_INITIAL ||
                    (n >= SYSTEM_SHARED && n < SYSTEM_SHARED + SYSTEM_INITIAL);

    return is_given ? 0xd0000000u + process * 0x1000u + n : 0;
}

uint32_t *system_at(uint32_t address)
{
    return (uint32_t *)(uintptr_t)address;
}

// ---- The plan

void plan_begin(void)
{
    plan = (struct plan){ .supervisor = -1,
                          .fault_levels = CMRX_FAULT_CHAIN,
                          .clock_ticks = 1,
                          .clock_us = 1 };
}

unsigned plan_process(enum policy policy, unsigned rights)
{
    REQUIRE(plan.process_count < SYSTEM_PROCESSES - 1);
    plan.processes[plan.process_count] =
        (struct plan_process){ .policy = policy, .rights = rights };
    return plan.process_count++;
}

unsigned plan_thread(unsigned priority)
{
    REQUIRE(plan.process_count > 0 && plan.thread_count < SYSTEM_THREADS - 1);
    plan.threads[plan.thread_count] = (struct plan_thread){
        .home = plan.process_count - 1,
        .priority = priority,
        .depth = SYSTEM_DEPTH,
        .stack = 1024,
        .granule = 32,
    };
    return plan.thread_count++;
}

unsigned plan_service(unsigned process, unsigned method_count)
{
    REQUIRE(plan.service_count < SYSTEM_SERVICES);
    plan.services[plan.service_count] = (struct plan_service){
        .process = process, .methods = method_count, .need = 64
    };
    return plan.service_count++;
}

unsigned plan_import(unsigned process, unsigned service)
{
    struct plan_process *p = &plan.processes[process];

    REQUIRE(p->import_count < SYSTEM_IMPORTS);
    p->imports[p->import_count] = service;
    return p->import_count++;
}

unsigned plan_event(unsigned process, unsigned word)
{
    REQUIRE(plan.event_count < SYSTEM_SERVICES);
    plan.events[plan.event_count] = (struct plan_event){ process, word };
    return plan.event_count++;
}

unsigned plan_post(unsigned process, unsigned event)
{
    struct plan_process *p = &plan.processes[process];

    REQUIRE(p->post_count < SYSTEM_POSTS);
    p->posts[p->post_count] = event;
    return p->post_count++;
}

unsigned plan_interrupt(unsigned line, unsigned word, uint32_t bits)
{
    REQUIRE(plan.interrupt_count < SYSTEM_INTERRUPTS && line < FAKE_LINES);
    plan.interrupts[plan.interrupt_count] =
        (struct plan_interrupt){ plan.process_count - 1, line, word, bits };
    return plan.interrupt_count++;
}

// ---- The tables

static void memory_map(uint32_t base, uint32_t size)
{
    void *at = mmap(system_at(base), size, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

    REQUIRE(at == system_at(base));
    for (uint32_t i = 0; i < size / 4; i++)
        system_at(base)[i] = GUARD;
}

static struct event event_make(unsigned process, unsigned word)
{
    return (struct event){ &processes[process],
                           system_at(system_word(process, word)) };
}

static void services_fill(void)
{
    for (unsigned i = 0; i < plan.service_count; i++) {
        const struct plan_service *s = &plan.services[i];
        for (unsigned m = 0; m < s->methods; m++)
            methods[i][m] = system_method(i, m);
        services[i] = (struct service){
            .process = &processes[s->process],
            .methods = methods[i],
            .self = system_self(i),
            .room = (uint16_t)system_room(s->need),
            .method_count = (uint8_t)s->methods,
            .reentrant = s->reentrant,
            .grace = s->grace,
        };
    }
}

static void events_fill(void)
{
    for (unsigned i = 0; i < plan.event_count; i++)
        events[i] = event_make(plan.events[i].process, plan.events[i].word);
    memset(owner_table, NONE, sizeof owner_table);
    for (unsigned i = 0; i < plan.interrupt_count; i++) {
        const struct plan_interrupt *irq = &plan.interrupts[i];
        interrupt_table[i] = (struct interrupt){
            .event = event_make(irq->process, irq->word),
            .bits = irq->bits,
            .line = (uint16_t)irq->line,
        };
        owner_table[irq->line] = (uint8_t)i;
    }
    if (plan.supervisor >= 0)
        told = events[plan.supervisor];
}

static void map_fill(struct process_image *image, unsigned n)
{
    image->code = (struct region){ system_code(n), PAGE };
    image->memory =
        (struct region){ system_word(n, 0),
                         plan.processes[n].bare ? 0 : SYSTEM_MEMORY };
    image->shared = (struct region){ system_word(n, SYSTEM_SHARED),
                                     SYSTEM_SHARED_WORDS * 4u };
    image->map[0] = (struct port_region){ system_code(n), PAGE, 0 };
    image->map[1] = (struct port_region){ system_word(n, 0), SYSTEM_MEMORY, 1 };
    image->map[2] = (struct port_region){ system_device(n, 0), PAGE, 1 };
    for (unsigned i = 0; i < 2; i++)
        image->lent[i] =
            (struct port_region){ image->shared.base, image->shared.size, 1 };
}

static void contents_fill(struct process_image *image, unsigned n)
{
    struct tables *t = &tables[n];

    for (unsigned i = 0; i < SYSTEM_INITIAL; i++) {
        t->initial[i] = system_initial(n, i);
        t->initial_shared[i] = system_initial(n, SYSTEM_SHARED + i);
    }
    image->contents[0] =
        (struct contents){ system_word(n, 0), t->initial, sizeof t->initial };
    image->contents[1] =
        (struct contents){ system_word(n, SYSTEM_SHARED), t->initial_shared,
                           sizeof t->initial_shared };
    t->quiesces[0] = (struct quiesce){ system_device(n, 0), 1 };
    t->quiesces[1] = (struct quiesce){ system_device(n, 1), 2 };
}

static unsigned entrances_fill(unsigned n)
{
    unsigned found = 0;

    for (unsigned i = 0; i < plan.process_count; i++)
        for (unsigned j = 0; j < plan.processes[i].import_count; j++)
            if (plan.services[plan.processes[i].imports[j]].process == n)
                tables[n].entrances[found++] = &tables[i].doors[j];
    return found;
}

static void links_fill(struct process_image *image, unsigned n)
{
    const struct plan_process *p = &plan.processes[n];
    struct tables *t = &tables[n];

    for (unsigned i = 0; i < p->import_count; i++)
        t->imports[i] = &services[p->imports[i]];
    for (unsigned i = 0; i < p->post_count; i++)
        t->posts[i] = &events[p->posts[i]];
    image->imports = t->imports;
    image->posts = t->posts;
    image->quiesces = t->quiesces;
    image->doors = t->doors;
    image->entrances = t->entrances;
    image->entrance_count = entrances_fill(n);
    image->import_count = (uint8_t)p->import_count;
    image->post_count = (uint8_t)p->post_count;
    image->quiesce_count = p->quiesced ? 2 : 0;
}

// Threads and interrupts of a process stand together.
static void slices_fill(struct process_image *image, unsigned n)
{
    for (unsigned i = plan.thread_count; i-- > 0;)
        if (plan.threads[i].home == n) {
            image->first_thread = (uint8_t)i;
            image->thread_count++;
        }
    for (unsigned i = plan.interrupt_count; i-- > 0;)
        if (plan.interrupts[i].process == n) {
            image->interrupts = &interrupt_table[i];
            image->interrupt_count++;
        }
}

static void process_fill(unsigned n)
{
    struct process_image *image = &process_table[n];

    map_fill(image, n);
    contents_fill(image, n);
    links_fill(image, n);
    slices_fill(image, n);
    image->return_gate = system_return_gate(n);
    image->exit_gate = system_exit_gate(n);
    image->policy = (uint8_t)plan.processes[n].policy;
    image->rights = (uint8_t)plan.processes[n].rights;
}

static void thread_fill(unsigned n)
{
    const struct plan_thread *t = &plan.threads[n];

    thread_table[n] = (struct thread_image){
        .home = &processes[t->home],
        .entry = system_entry(n),
        .stack = { system_stack(n), t->stack },
        .window = { system_stack(n), (uint32_t)__builtin_ctz(t->granule) },
        .calls = calls[n],
        .depth = (uint8_t)t->depth,
        .priority = (uint8_t)t->priority,
        .dormant = t->recovers ? CMRX_RECOVERS : t->dormant,
        .monitor = t->monitor,
    };
}

static void order_fill(void)
{
    unsigned at = 0;

    for (unsigned i = 0; i < SYSTEM_THREADS; i++)
        if ((i ^ STACK_ORDER) < plan.thread_count)
            order_table[at++] = (uint8_t)(i ^ STACK_ORDER);
}

static void idle_add(void)
{
    plan.processes[plan.process_count] =
        (struct plan_process){ .policy = POLICY_RESET };
    plan.threads[plan.thread_count++] = (struct plan_thread){
        .home = plan.process_count++, .stack = 128, .granule = 32
    };
}

void system_build(void)
{
    idle_add();
    memory_map(MEMORY, SYSTEM_PROCESSES * PAGE);
    memory_map(STACKS, SYSTEM_THREADS * PAGE);
    memory_map(DEVICES, SYSTEM_PROCESSES * PAGE);
    services_fill();
    events_fill();
    for (unsigned i = 0; i < plan.process_count; i++)
        process_fill(i);
    for (unsigned i = 0; i < plan.thread_count; i++)
        thread_fill(i);
    order_fill();
    process_total = (uint8_t)plan.process_count;
    thread_total = (uint8_t)plan.thread_count;
    chain_levels = (uint8_t)plan.fault_levels;
    rate.ticks = plan.clock_ticks;
    rate.us = plan.clock_us;
    rate.reach = PORT_TICKS_MAX / rate.ticks * rate.us;
}

void system_boot(void)
{
    system_build();
    REQUIRE(fake_boot() == FAKE_RESUMED);
}

bool system_guards_are_intact(void)
{
    for (unsigned i = 0; i < plan.thread_count; i++) {
        uint32_t low = system_stack(i), high = low + plan.threads[i].stack;
        for (unsigned n = 0; n < 16; n++)
            if (*system_at(low - 4 - 4 * n) != GUARD ||
                (high % PAGE != 0 && *system_at(high + 4 * n) != GUARD))
                return false;
    }
    for (unsigned i = 0; i < plan.process_count; i++)
        for (unsigned n = 0; n < 16; n++)
            if (*system_at(system_word(i, SYSTEM_WORDS + n)) != GUARD)
                return false;
    return true;
}
