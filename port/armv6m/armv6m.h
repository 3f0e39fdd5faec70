// armv6m.h - what the files of the port offer each other.

#ifndef ARMV6M_H
#define ARMV6M_H

#include "armm.h"

// One priority for every entry to the kernel, so that none interrupts another, but
// for the alarm, which comes behind all others. There are two bits. HardFault is above
// them all.
#define PRIORITY_KERNEL 0x80u
#define PRIORITY_ALARM  0xc0u

#define REGIONS         8u

// All regions off but that of public constants; or why that cannot be.
const char *protection_init(void);

// Kinds of fault that the processor does not tell: work it out from the
// registers that are in the record.
void fault_explain(struct cmrx_fault *fault);

#endif
