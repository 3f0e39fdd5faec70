// kick.h - telling a watchdog that all is well; kick_none.c or kick_watchdog.c.

#ifndef SERVER_SUPERVISOR_KICK_H
#define SERVER_SUPERVISOR_KICK_H

#include <stdbool.h>
#include <stdint.h>

// For the thread `watch`, after each look. Kick the watchdog if all heartbeats are
// well and it is time. Returns in how many microseconds to be called again;
// UINT32_MAX: no need to.
uint32_t kick(bool are_well, uint64_t now);

#endif
