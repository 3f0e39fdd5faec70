// limit.h - a stack below which lies memory of the same process.

#ifndef LIMIT_TEST_H
#define LIMIT_TEST_H

#include <cmrx/cmrx.h>

enum { TESTER, OFFENDER };

// What a thread of its own does at the low end of its stack.
enum {
    LOOK,      // reads what is below, which it may
    TRAP,      // makes a system call whose frame would be 8 bytes too low
    UNDEFINED, // the same, of another fault
    PUSH,      // pushes one word from its very end
};

struct offender {
    int32_t (*begin)(CMRX_SELF, uint32_t what);
};

#endif
