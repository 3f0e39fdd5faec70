// pages.c - a prober with this has more windows than a usual map has room for.

#include <cmrx/cmrx.h>

#define PAGE(n) CMRX_QUIESCE(silence##n, page##n, 8, 0)

PAGE(0);
PAGE(1);
PAGE(2);
PAGE(3);
PAGE(4);
PAGE(5);
PAGE(6);
PAGE(7);
PAGE(8);
