// compare.h - the kernel's objects against the model's.

#ifndef COMPARE_H
#define COMPARE_H

#include "system.h"

// Stops the program with a word about what is not the same.
void compare_all(void);

// What the kernel is free to do, and will: the timer that it takes next, as
// model_alarm() wants it; the words that a thread would leave behind where it is, in
// that order.
int compare_timer(void);
bool compare_looks(void); // priorities are looked at before any thread,
int compare_owed(void);   // and this one's first, or -1
int compare_lent_at(unsigned process, uint32_t word); // to whom, or -1
void compare_left(unsigned thread, uint32_t words[SYSTEM_THREADS]);

// The fault record that the kernel has just written to `address`.
void compare_record(unsigned process, unsigned address);

#endif
