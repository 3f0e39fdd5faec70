// idle.c - the process that runs when nobody else does.
//
// In every system, added by the build. The only one with priority 0.

#include <cmrx/process.h>

CMRX_THREAD(idle, .stack = 64, .priority = 0)
{
    for (;;)
        __asm__ volatile("wfi");
}
