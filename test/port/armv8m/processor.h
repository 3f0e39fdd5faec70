// processor.h (armv8m) - how a method does what no processor but this one says so.

#ifndef PROCESSOR_OF_V8_H
#define PROCESSOR_OF_V8_H

#include "../armv7m/processor.h"

// The stack pointer is not moved below its limit (PSPLIM).
#undef PROBE_LEAP_HAS_FRAME
#define PROBE_LEAP_HAS_FRAME true

#endif
