// late.h - a store that was refused is told of at an entry to the kernel.

#ifndef LATE_TEST_H
#define LATE_TEST_H

#include <cmrx/cmrx.h>

enum { TESTER, OFFENDER };

// With an address where nothing answers in r12, which late.py makes each entry look at.
struct offender {
    void (*nothing)(CMRX_SELF);
    void (*trap)(CMRX_SELF);  // makes a system call
    void (*spin)(CMRX_SELF);  // until somebody comes
    void (*fault)(CMRX_SELF); // does what is a fault of another kind
};

#endif
