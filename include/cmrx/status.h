// status.h - what became of a request.
//
// Every system call and every call of a service ends in one of these. A status
// is never a result: what a method returns travels beside it (see call.h), so
// no method can produce a status, and no server can pretend that it is dead.

#ifndef CMRX_STATUS_H
#define CMRX_STATUS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum cmrx_status {
    CMRX_OK = 0,           // done
    CMRX_INVALID = -1,     // an argument makes no sense, whatever the state
    CMRX_DENIED = -2,      // the process has no right to ask for this
    CMRX_BUSY = -3,        // makes sense, but not now
    CMRX_LIMIT = -4,       // a table that the build has sized is full
    CMRX_TIMEOUT = -5,     // the deadline passed first; call: it may have been
                           // done in part
    CMRX_CHANGED = -6,     // wait: the word is not what the caller thought
    CMRX_CANCELLED = -7,   // wait: the thread's home is gone, or who has called
                           // on its way here, or the deadline of its call has
                           // passed; clean up, return. Call: not done, when
                           // that has passed while it queued
    CMRX_DEAD = -8,        // call: the callee ended before it returned
    CMRX_STALE = -9,       // call: not done; the callee was restarted since the
                           // last one. The next call reaches the new one
    CMRX_CLOSED = -10,     // call: not done; the callee is stopped
    CMRX_NO_STACK = -11,   // call: not done; too little stack for the method
    CMRX_LOOP = -12,       // call: not done; the thread is in there already.
                           // Mutex: it has it already
    CMRX_OWNER_DEAD = -13, // mutex: taken; who had it has ended, or left the
                           // process, without giving it back
    CMRX_DIRTY = -14, // call: not done; the callee puts itself in order, as one
                      // was left there by force. Later it may be there again
};

// The name of a status, "OK" to "DIRTY", or "?" for any other number. Any thread.
// Cost: constant.
const char *cmrx_status_name(int32_t status);

#ifdef __cplusplus
}
#endif

#endif
