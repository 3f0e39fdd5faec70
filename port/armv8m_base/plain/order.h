// order.h (armv8m_base) - the order of struct thread in a kernel for size: as on v6-M.

#include "../../armv6m/plain/order.h"
