// late.h (riscv32) - how late the bystander may wake. 211 measured.

#ifndef LATE_H
#define LATE_H

#define LATE_US 300u

#endif
