// armv7m.h - what the files of the port offer each other.

#ifndef ARMV7M_H
#define ARMV7M_H

#include "armm.h"

#include <cmrx/fault.h>

// One priority for every entry to the kernel, so that none interrupts another.
// Faults are above it, below those of a Secure world, which come first and are not
// left pending for another thread. Bits 7 and 6 say who interrupts whom, bit 5 only
// who comes first of those that are pending: the alarm last (B1.5.4; three bits are
// implemented everywhere).
#define PRIORITY_FAULT  0x40u
#define PRIORITY_KERNEL 0x80u
#define PRIORITY_ALARM  0xa0u

#define REGIONS         8u
#define VECTORS_SYSTEM  16u

// All regions off but that of public constants; or why that cannot be.
const char *protection_init(void);

#endif
