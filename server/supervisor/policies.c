// policies.c - the table for a system that has none of its own: all alike.

#include "supervise.h"

SUPERVISE_OTHERS(20, .restart = SUPERVISE_BACK_OFF, .most = 7,
                 .within_ms = 60000, .then = SUPERVISE_GIVE_UP);
