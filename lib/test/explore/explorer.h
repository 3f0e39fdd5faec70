// explorer.h - what the parts of the explorer share.

#ifndef EXPLORER_H
#define EXPLORER_H

#include <stdbool.h>
#include <stdint.h>

#include <cmrx/status.h>

#include "explore.h"

enum explorer_state { EXPLORER_READY, EXPLORER_WAITING, EXPLORER_ENDED };

struct explorer_thread {
    enum explorer_state state;
    const volatile uint32_t *word; // waits for it
    uint64_t deadline;
    uint64_t ticket; // of the wait
    unsigned owner;  // of the mutex it waits for, from 1 on, or 0
    enum cmrx_status reply;
    bool cancelled; // for ever
};

struct explorer {
    struct explorer_thread threads[EXPLORE_THREADS];
    unsigned count, current, budget;
    uint64_t now, tickets;
    bool is_running;
    const char *failure;
    int failure_line;
};

extern struct explorer explorer;

// Here others may go on. Returns when the current thread may.
void explorer_point(void);

// One of so many, from 0.
unsigned explorer_decide(unsigned options);

// The current thread comes to its end.
void explorer_exit(void);

void explorer_end_wait(struct explorer_thread *thread, enum cmrx_status status);

#endif
