// care.h - who brings processes back: the supervisor (care_supervisor.c), or the
// kernel alone (care_kernel.c). Both have the command `restart` as well.

#ifndef SERVER_SHELL_CARE_H
#define SERVER_SHELL_CARE_H

#include <stdint.h>

// Say what will become of a process that fails, and end the line: for `ps`.
void care_outlook(uint32_t process);

#endif
