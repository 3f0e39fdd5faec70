// late.h (armv6m) - how late the bystander may wake.
// Most of it is the kernel, looking at itself after a YIELD of the attacker: 366
// measured.

#ifndef LATE_H
#define LATE_H

#define LATE_US       500u

// How late who is more urgent than a crowd may wake, beside it (other/crowd.c, hall.c).
#define CROWD_LATE_US 480u

#endif
