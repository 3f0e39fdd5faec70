// invariants.h - what holds of the kernel's objects between any two entries.

#ifndef INVARIANTS_H
#define INVARIANTS_H

// Stops the program with a word about the one that does not hold.
void invariants_check(void);

#endif
