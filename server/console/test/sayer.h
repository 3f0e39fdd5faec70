// sayer.h - somebody who says something when he is asked to, for test_say.c.

#ifndef SAYER_H
#define SAYER_H

#include <cmrx/cmrx.h>

struct sayer {
    // Returns what console_say() does.
    int32_t (*say)(CMRX_SELF, uint32_t millivolts);
};

#endif
