// worker.c - a process that promises heartbeats, until it is told not to.

#include "worker.h"

#include <cmrx/cmrx.h>

#include "machine.h"

CMRX_POSTS(heartbeat);

static volatile bool is_hushed, leaves;

static int32_t worker_hush(CMRX_SELF)
{
    is_hushed = true;
    return 0;
}

static int32_t worker_leave(CMRX_SELF)
{
    leaves = true;
    return 0;
}

static int32_t worker_fail(CMRX_SELF)
{
    machine_undefined();
    return 0;
}

CMRX_PROVIDE(struct worker, worker, .hush = worker_hush, .leave = worker_leave,
             .fail = worker_fail);

CMRX_THREAD(beat, .stack = CMRX_AUTO, .priority = 6)
{
    while (!leaves) {
        if (!is_hushed)
            cmrx_post(heartbeat, 1);
        cmrx_sleep_until(cmrx_time_now() + 5000);
    }
}
