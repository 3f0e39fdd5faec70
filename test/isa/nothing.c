// nothing.c - a process for a system that is not to start.

#include <cmrx/cmrx.h>

CMRX_THREAD(main, .stack = 256, .priority = 1)
{
    for (;;)
        cmrx_thread_yield();
}
