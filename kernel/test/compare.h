// compare.h - the kernel's objects against the model's.

#ifndef COMPARE_H
#define COMPARE_H

// Stops the program with a word about what is not the same.
void compare_all(void);

// The fault record that the kernel has just written to `address`.
void compare_record(unsigned process, unsigned address);

#endif
