// armv7m.h - what the files of the port offer each other.

#ifndef ARMV7M_H
#define ARMV7M_H

#include "port.h"

#include <cmrx/fault.h>

// One priority for every entry to the kernel, so that none interrupts another.
// Faults are above it. Two bits are implemented everywhere.
#define PRIORITY_KERNEL 0x80u
#define PRIORITY_FAULT  0x00u

#define REGIONS         8u
#define VECTORS_SYSTEM  16u

void clock_start(void);
const char *selftest_refusal(void);

// The board: how it ends. Code 0..255.
_Noreturn void board_halt(uint32_t result, const char *why);
void board_init(void); // clocks and pins, before anything else

#endif
