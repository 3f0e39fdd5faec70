// entry.S (armv8m_base) - every way into the kernel: as on v6-M.

#include "../armv6m/entry.S"
