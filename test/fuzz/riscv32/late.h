// late.h (riscv32) - how late the bystander may wake. Most of it is the kernel,
// looking at itself after a system call; and 16 us after each of 2 * 16 deadlines
// of others, which the kernel leaves to interrupts (PAUSE_TICKS, at 10 MHz).

#ifndef LATE_H
#define LATE_H

#define LATE_US 1300u

#endif
