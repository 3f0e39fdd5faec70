// silence.h - a driver whose device does not answer any more.

#ifndef SILENCE_H
#define SILENCE_H

#include <cmrx/cmrx.h>

enum { TESTER, MUTE };

enum death { BY_INSTRUCTION, BY_BREAKPOINT, BY_DEVICE, BY_CONTROL, DEATHS };

// What its CMRX_QUIESCE leave in `scratch`: before, between and behind those that
// nothing takes.
#define SILENCES 3u
#define SILENCED 0x51e4ced0u

struct mute {
    void (*die)(CMRX_SELF, uint32_t how); // enum death
    uint32_t (*silenced)(CMRX_SELF);      // how many; forgotten then
};

#endif
