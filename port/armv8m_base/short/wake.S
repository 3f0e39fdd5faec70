// wake.S (armv8m_base) - the short way to a thread that waits: as on v6-M.

#include "../../armv6m/short/wake.S"
