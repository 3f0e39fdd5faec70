// kick_watchdog.c - the watchdog is kicked while all is well.
//
// WATCHDOG_MS, from the build, is how long it may stay without a kick. A driver that
// does not answer, or not in time, is not waited for: then there was no kick.

#include "kick.h"
#include "../again.h"
#include "../../driver/watchdog.h"

#include <cmrx/cmrx.h>

#define LIMIT_US    (WATCHDOG_MS * 1000u)
#define PERIOD_US   (LIMIT_US / 4u)
#define AGAIN_US    (LIMIT_US / 16u)
#define DEADLINE_US (LIMIT_US / 16u)

CMRX_USE(struct watchdog, watchdog);

static uint64_t due;

static bool is_kicked(uint64_t now)
{
    int32_t result = -1;
    enum cmrx_status status = CALL_AGAIN(
        cmrx_call_until(now + DEADLINE_US, &result, watchdog, kick, LIMIT_US));

    return status == CMRX_OK && result == 0;
}

uint32_t kick(bool are_well, uint64_t now)
{
    if (due > now)
        return (uint32_t)(due - now);
    due = now + (are_well && is_kicked(now) ? PERIOD_US : AGAIN_US);
    return (uint32_t)(due - now);
}
