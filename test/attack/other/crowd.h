// crowd.h - threads of one process that wait for each other, and who is more urgent
// than all of them.

#ifndef CROWD_H
#define CROWD_H

#include <cmrx/cmrx.h>

struct crowd {
    void (*start)(CMRX_SELF);     // its threads
    uint32_t (*waits)(CMRX_SELF); // how often one of them has waited, ever
};

#endif
