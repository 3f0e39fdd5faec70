// wards.h - looking after the processes of the table.
//
// Not for two threads at once: main.c has a mutex for that.

#ifndef SERVER_SUPERVISOR_WARDS_H
#define SERVER_SUPERVISOR_WARDS_H

#include "supervise.h"

#include <stdbool.h>

// Look at the processes whose bit (number modulo 32) is set, and do what is due.
// Returns in how many microseconds to come again; UINT32_MAX: no need to.
uint32_t wards_look(uint32_t bits, uint32_t now);

// All that promise a heartbeat keep it, but those that were given up.
bool wards_are_well(void);

// Start it anew, with all of its group, whatever became of it, and forget its
// failures. False when the kernel does not.
bool wards_restart(uint32_t process, uint32_t now);

// What there is to tell about one: policy and ward, of its group if it is in one.
// NULL: nobody looks after it.
const struct policy *wards_find(uint32_t process, const struct ward **ward);

// In main.c: `process` has failed, and the kernel has no record of it. kind: one of
// supervisor.h.
void wards_record(uint32_t kind, uint32_t process, uint32_t generation);

#endif
