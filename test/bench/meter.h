// meter.h - the rows of the bench.
//
// A row is a path; `sample` takes it once, with a begin and an end. It is called
// SAMPLES times for every state of the other threads, each time with the stack 8
// bytes further down; n counts from 0, and may choose a state of the path's own.

#ifndef METER_H
#define METER_H

#include "bench.h"

#define SAMPLES 32u

// Where the count begins: at the begin mark, or at the last entry of that kind
// into the kernel. A row with an alarm in it is left out, but where alarms are part
// of the path.
enum from {
    FROM_MARK,
    FROM_INTERRUPT,
    FROM_ALARM,
    FROM_FAULT,
    FROM_MARK_AND_ALARMS
};

struct row {
    const char *name;
    void (*sample)(uint32_t n);
    enum from from;
    uint32_t modes; // of the crowd, 1 << each, that it is measured in; 0: all
};

struct rows {
    const struct row *row;
    uint32_t count;
};

#define ROWS(name)                                                             \
    const struct rows name = { name##_table,                                   \
                               sizeof name##_table / sizeof name##_table[0] }

extern const struct rows call_rows, thread_rows, time_rows, process_rows;
extern const struct rows chain_rows, lent_rows, crowd_rows, crowd_time_rows,
    apart_rows, size_rows; // large systems

// The rows that this system has; ends with NULL. few.c, many.c
extern const struct rows *const all_rows[];

// How many threads the crowd has; what they do.
extern const uint32_t crowd_size;
void crowd_set(enum crowd_mode mode, uint32_t count);

// Do it without being measured.
void unmeasured(void (*deed)(void));

// A sample: an interrupt to the server's thread.
void interrupt(uint32_t n);

// The result of the sample was (not) right.
void check(bool is_right);

// Sleep, until no alarm is to be expected any more.
void rest(uint32_t us);

// Let the rest of the system come to its next wait.
void settle(void);

// Start a thread at `deed`; it is above the meter and runs at once.
void helper_start(void (*deed)(void));
void helper_join(void);

extern volatile uint32_t sample_number; // n of the sample, for deeds

CMRX_USE(struct server, server);
CMRX_USE(struct any, any);
CMRX_USE(struct victim, victim);
CMRX_POSTS(fault);

#endif
