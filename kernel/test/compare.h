// compare.h - the kernel's objects against the model's.

#ifndef COMPARE_H
#define COMPARE_H

#include <stdint.h>

// Stops the program with a word about what is not the same.
void compare_all(void);

// What the kernel is free to do, and will: the timer that it takes next, as
// model_alarm() wants it; the word that who runs leaves behind first, or 0.
int compare_timer(void);
uint32_t compare_left(void);

// The fault record that the kernel has just written to `address`.
void compare_record(unsigned process, unsigned address);

#endif
