// port.c (armv8m_base) - registers, calls, interrupts, the machine: as on v6-M.

#include "../armv6m/port.c"
