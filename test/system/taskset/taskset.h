// taskset.h - random tasks that exclude each other, and how long one may wait for
// less urgent ones.
//
// Time is counted in units of work. While one is done, whoever has been released
// and is more urgent by its own priority than who does it is in inversion.

#ifndef TASKSET_H
#define TASKSET_H

#include <cmrx/cmrx.h>

#define TASKS     8u
#define STEPS     24u
#define MUTEXES   2u
#define SERVERS   3u
#define RESOURCES (MUTEXES + SERVERS) // from 1 on; the servers are behind

enum deed { WORK, ENTER, LEAVE, DONE };

struct step {
    uint8_t deed;
    uint8_t n; // units, or a resource
};

struct task {
    struct step steps[STEPS];
    uint8_t count, at, priority;
    uint32_t period;  // microseconds
    uint32_t release; // of its job, likewise, modulo 2^32; a time to come: none
    uint32_t inverted; // units, in this job
    uint32_t bound;    // the most that may be
};

struct tasks {
    uint32_t count;
    struct task task[TASKS];
};

// What a server does for the task: its steps up to the LEAVE of that server.
struct section {
    void (*visit)(CMRX_SELF, struct tasks *tasks, uint32_t me);
};

// Make the tasks of a seed, with their bounds. bound.c
void tasks_make(struct tasks *tasks, uint32_t seed);
uint32_t random_between(uint32_t a, uint32_t b); // both included

// Do so many units. work.c
void work(struct tasks *tasks, uint32_t me, uint32_t units);

// Into the server behind this one. onward.c, last.c
void visit_next(struct tasks *tasks, uint32_t me);

#endif
