// few.c - no window at all, and a method in which others run.

#include "wide.h"

static void rest(CMRX_SELF)
{
    cmrx_sleep_until(cmrx_time_now() + 150);
}

CMRX_PROVIDE(struct few, few, .rest = rest);

CMRX_THREAD(none, .stack = 256, .priority = 1)
{
}
