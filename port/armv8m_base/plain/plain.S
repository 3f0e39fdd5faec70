// plain.S (armv8m_base) - a kernel for size: as on v6-M.

#include "../../armv6m/plain/plain.S"
