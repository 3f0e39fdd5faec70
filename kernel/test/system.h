// system.h - a system for a test: processes, threads, services, events.
//
// A test describes it in `plan`, in order: a process, then its threads and
// interrupts, then the next. system_boot() makes the kernel's constant tables
// of it, adds idle as the last process, and boots. One system per run of the
// test program's process: see group.h.

#ifndef SYSTEM_H
#define SYSTEM_H

#include "fake.h"

#define SYSTEM_PROCESSES    8u  // idle is one of them
#define SYSTEM_THREADS      72u // idle's is one of them
#define SYSTEM_SERVICES     16u
#define SYSTEM_IMPORTS      8u // of a process; likewise the next ones
#define SYSTEM_POSTS        4u
#define SYSTEM_METHODS      4u
#define SYSTEM_INTERRUPTS   16u // in all
#define SYSTEM_DEPTH        10u
#define SYSTEM_MEMORY       1024u // bytes of each process
#define SYSTEM_WORDS        (SYSTEM_MEMORY / 4u)
#define SYSTEM_SHARED       128u // the first word of SHARED
#define SYSTEM_SHARED_WORDS 32u
#define SYSTEM_INITIAL      16u // the first words, and those of SHARED, begin so

struct plan_process {
    enum policy policy;
    unsigned rights;
    unsigned import_count, imports[SYSTEM_IMPORTS]; // services
    unsigned post_count, posts[SYSTEM_POSTS];       // events
    bool quiesced; // its device is: 1 into the first register, 2 next
    bool bare;     // it has no memory but its stacks
};

struct plan_thread {
    unsigned home, priority, depth, stack, granule;
    bool dormant, monitor, recovers; // recovers: dormant, too
};

struct plan_service {
    unsigned process, methods, need;
    bool reentrant;
    uint32_t grace; // as struct service has it
};

struct plan_event {
    unsigned process, word;
};

struct plan_interrupt {
    unsigned process, line, word;
    uint32_t bits;
};

struct plan {
    unsigned process_count, thread_count, service_count;
    unsigned event_count, interrupt_count;
    struct plan_process processes[SYSTEM_PROCESSES];
    struct plan_thread threads[SYSTEM_THREADS];
    struct plan_service services[SYSTEM_SERVICES];
    struct plan_event events[SYSTEM_SERVICES];
    struct plan_interrupt interrupts[SYSTEM_INTERRUPTS];
    int supervisor; // an event, or -1
    unsigned fault_levels;
    uint32_t clock_ticks, clock_us;
};

extern struct plan plan;

// Describe; each returns the number of what it adds.
void plan_begin(void); // an empty plan
unsigned plan_process(enum policy policy, unsigned rights);
unsigned plan_thread(unsigned priority); // of the last process
unsigned plan_service(unsigned process, unsigned methods);
unsigned plan_import(unsigned process, unsigned service);
unsigned plan_event(unsigned process, unsigned word);
unsigned plan_post(unsigned process, unsigned event);
unsigned plan_interrupt(unsigned line, unsigned word, uint32_t bits);

// Make the tables and boot. system_boot() fails the test unless threads run.
void system_build(void);
void system_boot(void);

// Where things are.
uint32_t system_word(unsigned process, unsigned n);
uint32_t system_device(unsigned process, unsigned n);
uint32_t system_stack(unsigned thread); // its lowest byte
uint32_t system_public(void);
uint32_t system_code(unsigned process);
uint32_t system_entry(unsigned thread);
uint32_t system_method(unsigned service, unsigned method);
uint32_t system_self(unsigned service);
uint32_t system_room(unsigned need); // what the layout tool makes of it
uint32_t system_return_gate(unsigned process);
uint32_t system_exit_gate(unsigned process);
uint32_t system_initial(unsigned process, unsigned n); // what word n begins as
uint32_t *system_at(uint32_t address);
bool system_guards_are_intact(void); // nothing beside stacks was written

#endif
