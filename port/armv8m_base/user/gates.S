// gates.S (armv8m_base) - where a method returns to, and where a thread ends: as on v6-M.

#include "../../armv6m/user/gates.S"
