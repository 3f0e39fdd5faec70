// call.S (armv8m_base) - a system call, and the short way there and back: as on v6-M.

#include "../../armv6m/short/call.S"
