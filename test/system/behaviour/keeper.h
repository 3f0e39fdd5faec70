// keeper.h - a server that shows how many threads are inside it.

#ifndef KEEPER_H
#define KEEPER_H

#include <cmrx/cmrx.h>

struct keeper {
    uint32_t (*work)(CMRX_SELF, uint32_t us);   // busy; the most seen inside
    uint32_t (*sleep)(CMRX_SELF, uint32_t us);  // the same, waiting
    void (*announce)(CMRX_SELF, uint32_t bits); // posts to the tester
    uint32_t (*quiesced)(CMRX_SELF);       // the register, before it is changed
    uint32_t (*last_wait)(CMRX_SELF);      // status of the last wait that ended
    uint32_t (*visits)(CMRX_SELF);         // of the client, since the start
    void (*pause)(CMRX_SELF, uint32_t us); // how long its own thread keeps away
};

// To the keeper's serial service, through another process; and how often that has
// heard an event, in a thread less urgent than all others.
struct passage {
    void (*work)(CMRX_SELF, uint32_t us);
    uint32_t (*heard)(CMRX_SELF);
};

// In the same monitor, of what is lent.
#define SUMMANDS 8
struct summands {
    uint32_t word[SUMMANDS];
};
struct sums {
    uint32_t (*sum)(CMRX_SELF, const struct summands *lent);
};

#endif
