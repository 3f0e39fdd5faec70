// keep.h - the record of why the supervisor resets the system, for the next life.
//
// Without one of these files in the product's supervisor nothing is kept.
// keep_window.c is for a window of RAM that a warm reset leaves alone.

#ifndef SERVER_SUPERVISOR_KEEP_H
#define SERVER_SUPERVISOR_KEEP_H

#include <cmrx/fault.h>

#include <stdbool.h>

// A reset follows.
void keep(const struct cmrx_fault *record);

// Copy to *record what was kept, and forget it. False: nothing was.
bool kept(struct cmrx_fault *record);

#endif
