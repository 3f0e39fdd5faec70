// lines.h - a process has the timer, whose line is 32 below that of the tester.

#ifndef LINES_TEST_H
#define LINES_TEST_H

#include <cmrx/cmrx.h>

struct clock {
    void (*allow)(CMRX_SELF); // let its interrupt come
    bool (*ticks)(CMRX_SELF); // and does it?
};

#endif
