// wrongdoer.c - writes to the kernel.

#include <cmrx/cmrx.h>

#include "machine.h"

CMRX_THREAD(main, .stack = 256, .priority = 5)
{
    *(volatile uint32_t *)MACHINE_KERNEL = 1;
}
