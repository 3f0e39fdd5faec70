// policies.c - the table of the supervisor that test_station.c tests.

#include "../supervise.h"

SUPERVISE_GROUP(radio, .delay_ms = 20, .most = 3);
SUPERVISE(modem, .group = SUPERVISE_IN(radio));
SUPERVISE_HEARTBEAT(network, 100, .group = SUPERVISE_IN(radio));
SUPERVISE_HEARTBEAT(pump, 50, .restart = SUPERVISE_AT_ONCE, .most = 2,
                    .within_ms = 10000, .then = SUPERVISE_RESET);
SUPERVISE_HEARTBEAT(valve, 40, .delay_ms = 500, .most = 2);
SUPERVISE(asker, .restart = SUPERVISE_ASK, .delay_ms = 30, .most = 3);
SUPERVISE(runner, .must_run = 1, .most = 2);
SUPERVISE_OTHERS(2, .restart = SUPERVISE_AT_ONCE, .most = 1);

enum supervise_restart supervise_ask(uint32_t process, uint32_t failures)
{
    if (process != CMRX_NUMBER(CMRX_PROCESS_NUMBER(asker)))
        return SUPERVISE_NEVER;
    return failures == 1 ? SUPERVISE_AT_ONCE : SUPERVISE_BACK_OFF;
}
