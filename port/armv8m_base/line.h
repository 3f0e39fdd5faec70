// line.h (armv8m_base) - as on v6-M.

#include "../armv6m/line.h"
