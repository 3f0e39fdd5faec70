// call.S (armv8m_base) - leave for another process and lend it something: as on v6-M.

#include "../../armv6m/user/call.S"
