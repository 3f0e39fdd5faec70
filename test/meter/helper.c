// helper.c - works for others, and two threads of its own for nobody: equals that
// take what is left of every second tenth of a second.

#include "load.h"

static void work(CMRX_SELF, uint32_t us)
{
    work_for(us);
}

CMRX_PROVIDE(struct helper, helper, .work = work);

static void fill_every_second(void)
{
    for (uint64_t next = 0;; next += 200000) {
        cmrx_sleep_until(next);
        while (cmrx_time_now() < next + 100000)
            continue;
    }
}

CMRX_THREAD(one, .stack = CMRX_AUTO, .priority = 2)
{
    fill_every_second();
}

CMRX_THREAD(two, .stack = CMRX_AUTO, .priority = 2)
{
    fill_every_second();
}
