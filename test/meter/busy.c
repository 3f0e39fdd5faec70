// busy.c - works in step with the meter, a part of it in the process `helper`.

#include "load.h"

CMRX_USE(struct helper, helper);

CMRX_THREAD(main, .stack = CMRX_AUTO, .priority = 5)
{
    for (uint64_t next = 0;; next += PERIOD_US) {
        cmrx_sleep_until(next);
        work_for(HOME_US);
        cmrx_call(NULL, helper, work, CALL_US);
    }
}
