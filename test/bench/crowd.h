// crowd.h - one thread that is there and does what the master says.

#ifndef CROWD_H
#define CROWD_H

#include "bench.h"
#include "crowd_stack.h"

CMRX_USE(struct crowd, crowd);
CMRX_USE(struct apart, apart_meter);
CMRX_USE(struct apart, apart_server);

static void go(uint32_t which)
{
    if (which & APART_SERVER)
        cmrx_call(NULL, apart_server, stay, which);
    else
        cmrx_call(NULL, apart_meter, stay, which);
}

static void be_there(void)
{
    uint32_t phase = 0;

    for (;;) {
        cmrx_call(&phase, crowd, join, phase);
        if (phase & APART)
            go(phase);
        for (volatile uint32_t i = 0; i < 100; i++)
            continue;
    }
}

#define ONE_OF_THE_CROWD(name)                                                 \
    CMRX_THREAD(name, .stack = CROWD_STACK, .priority = 1)                     \
    {                                                                          \
        be_there();                                                            \
    }

#endif
