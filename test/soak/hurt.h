// hurt.h - a server that goes wrong when it was told to.

#ifndef HURT_H
#define HURT_H

#include "machine.h"
#include "soak.h"

static uint32_t hurt_how, hurt_after;
static volatile uint32_t hurt_never;

static void hurt_set(CMRX_SELF, uint32_t how, uint32_t after)
{
    hurt_how = how;
    hurt_after = after;
}

// A step of a method: on entry, or when all is done but the return.
static void hurt_step(void)
{
    if (hurt_after == 0 || --hurt_after > 0)
        return;
    if (hurt_how == HURT_FAULT)
        machine_undefined();
    for (uint64_t end = in(2500); hurt_how == HURT_SPIN;)
        if (cmrx_time_now() > end)
            break;
    if (hurt_how == HURT_SLEEP)
        cmrx_wait(&hurt_never, 0, in(20000));
    if (hurt_how == HURT_EXIT)
        cmrx_thread_exit(0);
}

#endif
