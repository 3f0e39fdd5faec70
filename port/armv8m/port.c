// port.c (armv8m) - registers, calls, interrupts, the machine: as on v7-M.

#include "../armv7m/port.c"
