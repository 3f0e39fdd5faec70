// port_types.h (armv8m_base) - as on v8-M with the Main Extension.

#include "../armv8m/port_types.h"
