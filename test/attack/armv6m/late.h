// late.h (armv6m) - how late the bystander may wake.
// Most of it is the kernel, looking at itself after a YIELD of the attacker: 366
// measured.

#ifndef LATE_H
#define LATE_H

#define LATE_US 500u

#endif
