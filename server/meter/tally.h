// tally.h - what the meter makes of what it has seen. No hardware, no kernel.
//
// A sample is an instant. Whoever would have run then, had the meter not, is given
// TALLY_UNIT: the most urgent thread that is ready. Equals take turns, so they get
// equal parts of it.

#ifndef SERVER_METER_TALLY_H
#define SERVER_METER_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#define TALLY_THREADS   32u
#define TALLY_PROCESSES 24u
#define TALLY_UNIT      60u        // of 2 to 6 equals each gets a whole number
#define TALLY_MAX       (1u << 26) // samples; then all is halved

struct tally {
    uint32_t samples;
    uint32_t threads[TALLY_THREADS], processes[TALLY_PROCESSES]; // units
};

// A thread at that instant.
struct tally_look {
    uint8_t is_ready, priority, process;
};

// A sample: `count` threads, by number. Who is as urgent as `own` or more is not
// looked at: that is the meter.
void tally_add(struct tally *tally, const struct tally_look looks[],
               uint32_t count, uint32_t own);

// Ten thousandths, rounded down.
uint32_t tally_share(uint32_t units, uint32_t samples);

// Until the next sample: 1 to 2 * mean, each as likely.
uint32_t tally_pause(uint32_t *state, uint32_t mean);

#endif
