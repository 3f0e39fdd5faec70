// master.h - where the crowd waits, for a thread that is there already.

#ifndef MASTER_H
#define MASTER_H

#include <stdint.h>

// What the crowd is to do, until the phase is no longer `last`. Returns the
// phase.
uint32_t master_join(uint32_t last);

#endif
