// probes.S (armv8m_base) - those of v6-M, but for where no stack can be.
//
// A stack pointer below the limit (PSPLIM) is refused when it is set, and the
// frame of that fault is there. Above, where nothing is, it is as on v6-M.

#define NOWHERE 0x64000000
#include "../armv6m/probes.S"
