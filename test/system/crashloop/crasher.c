// crasher.c - faults as soon as it runs.

#include <cmrx/cmrx.h>

#include "machine.h"

CMRX_THREAD(main, .stack = 256, .priority = 31)
{
    machine_undefined();
}
