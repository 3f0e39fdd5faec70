// float.h (armv7m) - floating point registers of threads; see float.c.

#ifndef FLOAT_H
#define FLOAT_H

#include <stdint.h>
#include <unit.h>

struct process;
struct thread;

// The registers of a thread inside one process. tables.c has all of them: as many
// for each thread as processes that use them can be in a chain of its calls.
struct float_area {
    uint32_t words[FLOAT_WORDS];   // as float.S has them
    const struct process *process; // whose; NULL: nobody's yet
    uint32_t generation;           // of that
};

extern struct float_area float_areas[];
extern const uint16_t float_first[]; // of the areas, by thread; and the end
extern const uint8_t float_users[];  // 1: it may use them; by process

// The thread begins: it has none yet, wherever it goes.
void float_forget(const struct thread *t);

// Why it cannot be, or NULL; at boot.
const char *float_refusal(void);

#endif
