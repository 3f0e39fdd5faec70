// registers.h (armv8m) - as on v7-M; registers8.h has more.

#include "../armv7m/registers.h"
