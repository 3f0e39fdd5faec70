// bystander.c - uses floating point once, where it may, and then no more.

#include <cmrx/cmrx.h>

static volatile uint32_t from = 3;
static volatile uint32_t to;

CMRX_THREAD(own, .stack = 512, .priority = 31)
{
#ifdef USES_FLOAT
    to = (uint32_t)((float)from * 1.5f);
#else
    to = from;
#endif
    cmrx_sleep_until(CMRX_FOREVER);
}
