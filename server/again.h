// again.h - a call that also reaches a process that was restarted meanwhile.

#ifndef SERVER_AGAIN_H
#define SERVER_AGAIN_H

#include <cmrx/call.h>

// CALL_AGAIN(cmrx_call(...)): CMRX_STALE says that the callee was restarted
// since the last call, that nothing was done, and that the next call reaches
// the new one. For a caller who keeps nothing in the callee between two calls
// that is no news: it calls again, once.
#define CALL_AGAIN(call)                                                       \
    __extension__({                                                            \
        enum cmrx_status first_status = (call);                                \
        first_status == CMRX_STALE ? (call) : first_status;                    \
    })

#endif
