// client.c - visits the tester, whatever becomes of it.

#include "jobs.h"

CMRX_USE(struct library, objects);

CMRX_THREAD(visitor, .stack = CMRX_AUTO, .priority = 8)
{
    cmrx_call(NULL, objects, visit);
    cmrx_call(NULL, objects, visit); // the first may be CMRX_STALE
}
