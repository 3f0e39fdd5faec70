// late.h (armv7m) - how late the bystander may wake. 123 measured.

#ifndef LATE_H
#define LATE_H

#define LATE_US 200u

#endif
