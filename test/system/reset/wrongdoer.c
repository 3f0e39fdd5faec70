// wrongdoer.c - writes to the kernel.

#include <cmrx/cmrx.h>

CMRX_THREAD(main, .stack = 256, .priority = 5)
{
    *(volatile uint32_t *)0x20000000 = 1;
}
