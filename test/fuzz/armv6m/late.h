// late.h (armv6m) - how late the bystander may wake. Most of it is the kernel,
// looking at itself after a system call.

#ifndef LATE_H
#define LATE_H

#define LATE_US 1500u

#endif
