// invariants.h - what holds of the kernel's objects between any two entries.

#ifndef INVARIANTS_H
#define INVARIANTS_H

#include <stdbool.h>
#include <stdint.h>

// Microseconds that an end by force is put off: others_first() of kernel/late.c.
#define INVARIANTS_LATER 100u

// Stops the program with a word about the one that does not hold.
void invariants_check(void);

// Likewise, unless the alarm is set for `deadline` (microseconds) or before.
void invariants_alarm(uint64_t deadline);
uint64_t invariants_due(unsigned timer);

// The next alarm is for others.
bool invariants_owed(void);

#endif
