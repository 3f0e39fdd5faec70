// station.h - a station of forty processes, most of which exist by name only.

#ifndef STATION_H
#define STATION_H

#include <cmrx/test.h>

#define MS 1000u

enum {
    SUPERVISOR,
    MODEM_TWIN = 1, // same bit as modem; nobody's row
    OTHER = 2,
    OTHER_TWIN = 3, // same bit as pump
    MODEM = 33,
    NETWORK = 34,
    PUMP = 35,
    VALVE = 36,
    ASKER = 37,
    RUNNER = 38,
    PROCESSES = 40,
};

struct station_process {
    uint32_t state, generation, restarts, stops;
    uint64_t started;
};

extern struct station_process all[PROCESSES];
extern bool hears[PROCESSES]; // who beats, while it runs
extern uint32_t resets;
extern uint32_t threads_left;       // of runner's two, the second first
extern uint32_t order[16], ordered; // who was stopped or started
extern char said[4000];             // on the console
extern uint32_t kicks;              // of the watchdog
extern uint64_t last_kick;

// The supervisor begins, now or at that time.
void start(void);
void start_at(uint64_t time);

// Time passes, in which those that hear beat.
void pass(uint32_t ms);
void beats(void);

// It has failed; the supervisor is told, or is not.
void fails(uint32_t id);
void mark(uint32_t id);

// What the supervisor asks of the kernel, and is asked.
enum cmrx_status process_restart(uint32_t id);
int32_t outlook(uint32_t id);
void restart(uint32_t id);
void check_restarts(uint32_t id, uint32_t restarts, uint32_t state);

#endif
