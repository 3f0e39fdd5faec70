// float.S (armv8m) - into and out of the kernel with floating point: as on v7-M.

#include "../armv7m/float.S"
