// fault.c (armv8m) - what the processor says of a fault: as on v7-M.

#include "../armv7m/fault.c"
