// late.h (riscv32) - how late the bystander may wake. Most of it is the kernel,
// looking at itself after a system call; 500 where stacks are cut by top of range.

#ifndef LATE_H
#define LATE_H

#define LATE_US 700u

#endif
