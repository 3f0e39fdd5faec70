// line.h (armv6m) - does a line come as soon as the kernel is left? port_line() of
// kernel/port.h: as on v7-M, and the alarm does not come before lines here either.

#include "../armm/line.h"
