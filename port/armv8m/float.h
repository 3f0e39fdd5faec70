// float.h (armv8m) - floating point registers of threads: as on v7-M.

#include "../armv7m/float.h"
