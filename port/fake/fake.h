// fake.h - what a test may see and do to the fake processor.

#ifndef FAKE_H
#define FAKE_H

#include "kernel.h"

#include <stdbool.h>
#include <stddef.h>

#define FAKE_LINES 16u
#define FAKE_PAUSE 160u // ticks from one thing that is due to the next

// How the processor came out of the kernel.
enum fake_end { FAKE_RESUMED, FAKE_HALTED, FAKE_WAS_RESET };

// What an entry is for: the number of a system call, or
enum fake_kind {
    FAKE_SYSCALL = 256, // whose number is not known
    FAKE_BOOT,
    FAKE_ALARM,
    FAKE_IRQ,
    FAKE_FAULT,
    FAKE_KINDS
};

// A stretch, in which no line is taken: from an entry, or a question for one, on.
enum fake_stretch { FAKE_BEGINS, FAKE_ASKS, FAKE_ENDS };

struct fake_map {
    const struct port_region *map; // PORT_MAP of them
    const struct port_stack *stack;
    port_cut cut;
    const struct port_region *caller, *origin;
};

struct fake {
    struct fake_map map; // as loaded last
    uint32_t map_loads;
    uint64_t ticks;            // since the processor was made
    uint64_t restarted;        // when the clock was, in ticks
    uint32_t period;           // ticks from there to the alarm
    uint32_t restarts, alarms; // how often
    bool pends;     // a pause is none: the alarm comes without the clock
    bool is_pended; // such a one is to come, before any user code,
    bool (*goes_on)(
        void); // unless this says that what is due is done by this one
    bool open[FAKE_LINES];       // lines that are not masked
    uint32_t masked[FAKE_LINES]; // how often they were
    uint32_t halt_result;
    const char *halt_why;
    const char *refusal;  // what port_refusal() says
    bool again;           // the last entry asked for the same once more
    bool line_waits;      // until the test lets it come,
    unsigned comes_after; // from that ask on
    bool said_so;         // it was asked, and has
    unsigned asks;        // how often the kernel has looked whether one does
    bool is_blind;        // on the way out no line is seen
    int comes, came; // a line before the next way out, and that it did; 0: none
    int pended;      // likewise, by the kernel
    bool waited;     // who came into the kernel did, when it was left
    unsigned kind;   // of the last entry
};

extern struct fake fake;

// Is told of each; or NULL.
extern void (*fake_stretch)(enum fake_stretch what);
static inline void fake_tells(enum fake_stretch what)
{
    if (fake_stretch != NULL)
        fake_stretch(what);
}

// What the kernel asks of the processor is sound; else no test can go on.
void fake_check(bool ok, const char *what);

// Into the kernel and out of it.
enum fake_end fake_boot(void);
enum fake_end fake_syscall(void);
enum fake_end fake_irq(unsigned line);
enum fake_end fake_fault(enum cmrx_fault_kind kind, unsigned flags,
                         uint32_t address);
enum fake_end fake_alarm(void); // time has come to its moment, see below

// Time passes without an alarm; ticks until there is to be one, 0: now.
static inline void fake_pass(uint32_t ticks)
{
    fake.ticks += ticks;
}
uint32_t fake_alarm_in(void);

// May user code touch these bytes, with what is mapped now?
bool fake_may(uintptr_t address, uintptr_t size, bool write);

#endif
