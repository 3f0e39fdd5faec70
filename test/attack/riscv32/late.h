// late.h (riscv32) - how late the bystander may wake. 211 measured.

#ifndef LATE_H
#define LATE_H

#define LATE_US       300u

// How late who is more urgent than a crowd may wake, beside it (other/crowd.c, hall.c).
#define CROWD_LATE_US 400u

#endif
