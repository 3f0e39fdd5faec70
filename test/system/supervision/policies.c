// policies.c - the table of the supervisor under test. WATCHDOG_MS is 100.
//
// The last four are the end of the system, each in another way: the supervisor
// faults, it hangs, it waits for longer than the watchdog does, it resets the system.

#include "supervise.h"

#include "machine.h"

SUPERVISE_HEARTBEAT(pump, 20, .must_run = 1);
SUPERVISE_GROUP(pair, .restart = SUPERVISE_AT_ONCE, .most = 3);
SUPERVISE_HEARTBEAT(left, 50, .group = SUPERVISE_IN(pair));
SUPERVISE_HEARTBEAT(right, 50, .group = SUPERVISE_IN(pair));
SUPERVISE_HEARTBEAT(fatal, 50, .restart = SUPERVISE_ASK);
SUPERVISE_HEARTBEAT(endless, 50, .restart = SUPERVISE_ASK);
SUPERVISE_HEARTBEAT(slow, 50, .delay_ms = 10000);
SUPERVISE_HEARTBEAT(dear, 50, .restart = SUPERVISE_NEVER,
                    .then = SUPERVISE_RESET);

enum supervise_restart supervise_ask(uint32_t process, uint32_t failures)
{
    (void)failures;
    if (process == CMRX_NUMBER(CMRX_PROCESS_NUMBER(fatal)))
        *(volatile uint32_t *)MACHINE_KERNEL = 1;
    for (;;)
        continue;
}
