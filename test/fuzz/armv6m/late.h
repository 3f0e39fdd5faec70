// late.h (armv6m) - how often the bystander wakes, and how late it may be. Most
// of that is the kernel, looking at itself after a system call: 10 000 instructions
// and more here.

#ifndef LATE_H
#define LATE_H

#define PERIOD_US 4000u
#define LATE_US   2500u

#endif
