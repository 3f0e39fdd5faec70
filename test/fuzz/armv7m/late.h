// late.h (armv7m) - how often the bystander wakes, and how late it may be. Most
// of that is the kernel, looking at itself after a system call.

#ifndef LATE_H
#define LATE_H

#define PERIOD_US 2000u
#define LATE_US   1000u

#endif
