// window.c - a prober with this has a device, too.

#include <cmrx/cmrx.h>

CMRX_QUIESCE(silence, window, 8, 0);
