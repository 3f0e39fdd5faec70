// reset_policies.c - a table that resets the system: for a fault, and for a
// heartbeat that was missed.

#include "supervise.h"

SUPERVISE_HEARTBEAT(sudden, 50, .restart = SUPERVISE_AT_ONCE, .most = 1,
                    .then = SUPERVISE_RESET);
SUPERVISE_HEARTBEAT(silent, 50, .restart = SUPERVISE_NEVER,
                    .then = SUPERVISE_RESET);
