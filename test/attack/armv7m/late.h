// late.h (armv7m) - how late the bystander may wake. 123 measured.

#ifndef LATE_H
#define LATE_H

#define LATE_US       200u

// How late who is more urgent than a crowd may wake, beside it (other/crowd.c, hall.c).
#define CROWD_LATE_US 400u

#endif
