// order.h (armv8m) - the order of struct thread in a kernel for size: as on v7-M.

#include "../../armv7m/plain/order.h"
