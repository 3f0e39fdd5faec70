// float.c (armv8m) - floating point, for the processes that declare it: as on v7-M.

#include "../armv7m/float.c"
