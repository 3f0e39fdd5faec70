// late.h (riscv32) - how late the bystander may wake. Most of it is the kernel,
// looking at itself after a system call.

#ifndef LATE_H
#define LATE_H

#define LATE_US 700u

#endif
