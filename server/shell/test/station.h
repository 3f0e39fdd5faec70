// station.h - a pump and its shell, and what the shell is asked and says.

#ifndef STATION_H
#define STATION_H

#include "../../console/console.h"

#include <cmrx/test.h>

enum { SHELL, PUMP, GUARD, IDLE, PROCESSES };

// What the kernel answers to all that the shell asks of it.
extern enum cmrx_status kernel_says;
extern uint32_t restarted, halted_with, resets;

// Type the lines, each with its end. Returns all that was said since the greeting.
const char *typed(const char *lines);

#endif
