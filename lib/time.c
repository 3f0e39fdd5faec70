// time.c - the clock.

#include <cmrx/time.h>
#include <cmrx/trap.h>
#include <cmrx/wait.h>

uint64_t cmrx_time_now(void)
{
    struct cmrx_reply now = cmrx_trap_bare(CMRX_SYS_TIME);
    return (uint64_t)now.high << 32 | now.low;
}

enum cmrx_status cmrx_sleep_until(uint64_t deadline)
{
    // That nobody comes to wake it is what a sleeper wants to hear.
    enum cmrx_status status = cmrx_wait(NULL, 0, deadline);
    return status == CMRX_TIMEOUT ? CMRX_OK : status;
}
