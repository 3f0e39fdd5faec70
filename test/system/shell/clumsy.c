// clumsy.c - a process that is left alone, but for who makes it fail.

#include <cmrx/cmrx.h>

CMRX_THREAD(idler, .stack = CMRX_AUTO, .priority = 2)
{
    for (;;)
        cmrx_sleep_until(CMRX_FOREVER);
}
