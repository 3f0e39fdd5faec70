// client.c - visits the keeper for a very long time.

#include "keeper.h"

CMRX_USE(struct keeper, open);

CMRX_THREAD(visitor, .stack = CMRX_AUTO, .priority = 8)
{
    while (cmrx_call(NULL, open, sleep, 60000000) != CMRX_OK)
        continue;
}
