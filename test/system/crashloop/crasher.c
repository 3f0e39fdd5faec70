// crasher.c - faults as soon as it runs.

#include <cmrx/cmrx.h>

CMRX_THREAD(main, .stack = 256, .priority = 31)
{
    __asm__ volatile("udf #0");
}
