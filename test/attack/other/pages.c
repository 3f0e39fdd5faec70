// pages.c - a process with nine windows, and it can use them all.

#include <cmrx/cmrx.h>

CMRX_DEVICE(uint32_t, page0);
CMRX_DEVICE(uint32_t, page1);
CMRX_DEVICE(uint32_t, page2);
CMRX_DEVICE(uint32_t, page3);
CMRX_DEVICE(uint32_t, page4);
CMRX_DEVICE(uint32_t, page5);
CMRX_DEVICE(uint32_t, page6);
CMRX_DEVICE(uint32_t, page7);
CMRX_DEVICE(uint32_t, page8);

CMRX_THREAD(own, .stack = 256, .priority = 4)
{
    page0 = page1 = page2 = page3 = page4 = page5 = page6 = page7 = page8 = 1;
}
