// policies.c - at once, and a hundred times.

#include "supervise.h"

SUPERVISE(crasher, .restart = SUPERVISE_AT_ONCE, .most = 100);
