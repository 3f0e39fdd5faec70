// registers.h (armv8m_base) - as on v6-M; processor.h and registers8.h have more.

#include "../armv6m/registers.h"
