// misbehave.h - a service that does harm when it is asked to.
//
// For demonstrations and tests only: a process that has misbehave.c among its
// sources can be told to do what a bug in it might do. Nobody can tell it but
// who is wired to the service.

#ifndef SERVER_MISBEHAVE_H
#define SERVER_MISBEHAVE_H

#include <cmrx/process.h>

enum misbehaviour {
    MISBEHAVE_NULL,    // store to address 0
    MISBEHAVE_STORE,   // store to the address that is given
    MISBEHAVE_STACK,   // call itself until the stack is used up
    MISBEHAVE_LOOP,    // compute for ten seconds without giving anything back
    MISBEHAVE_DIVIDE,  // by zero
    MISBEHAVE_EXECUTE, // jump into its own data
};

struct misbehave {
    // Do `how` (enum misbehaviour) now, with `address` where that makes sense.
    // Returns 0 if nothing came of it, -1 for another `how`.
    int32_t (*now)(CMRX_SELF, uint32_t how, uint32_t address);
};

#endif
