// secure.h - a process touches memory of the Secure world, before a kernel that is not.

#ifndef SECURE_TEST_H
#define SECURE_TEST_H

#include <cmrx/cmrx.h>

enum { TESTER, OFFENDER };

// With the address in r12, which secure.py makes the Secure world look at. In r3:
// where it is done.
struct offender {
    void (*nothing)(CMRX_SELF);
    void (*load)(CMRX_SELF, uint32_t address);
    void (*store)(CMRX_SELF, uint32_t address);
    void (*jump)(CMRX_SELF, uint32_t address);
    // With the stack pointer there, so that no frame can be put on the stack:
    void (*trap)(CMRX_SELF, uint32_t address);      // of a system call
    void (*load_on)(CMRX_SELF, uint32_t address);   // of a load of that
    void (*undefined)(CMRX_SELF, uint32_t address); // of another fault
    void (*spin)(CMRX_SELF, uint32_t address);      // of an interrupt
};

#endif
