// fault.c (armv8m_base) - what a fault was: worked out as on v6-M.

#include "../armv6m/fault.c"
