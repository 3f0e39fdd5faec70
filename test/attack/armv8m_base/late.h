// late.h (armv8m_base) - how late the bystander may wake. Most of it is the
// kernel, looking at itself after a system call: less than 400 measured.
#ifndef LATE_H
#define LATE_H

#define LATE_US 400u

#endif
