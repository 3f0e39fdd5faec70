// hall.h - a process with a monitor that all visitors want to be in.

#ifndef HALL_H
#define HALL_H

#include <cmrx/cmrx.h>

#define GRID_US 512u // waits end at multiples of that, or a little beside

// All in the monitor, of which a wait lets go. `until`: a time, in microseconds, of which
// 32 bits are enough here.
struct hall {
    void (*open)(CMRX_SELF); // its own threads begin
    void (*use)(CMRX_SELF, uint32_t mutex, uint32_t other, uint32_t until);
    void (*listen)(CMRX_SELF, uint32_t word, uint32_t until);
    void (*stay)(CMRX_SELF, uint32_t turns); // nobody else comes in
};

#endif
