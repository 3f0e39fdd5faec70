// syscall.h - the numbers of the system calls, from syscalls.def.

#ifndef CMRX_SYSCALL_H
#define CMRX_SYSCALL_H

#include <stdint.h>

#define CMRX_SYSCALL(number, name, words) CMRX_SYS_##name = number,
enum cmrx_syscall {
#include <cmrx/syscalls.def>
    CMRX_SYS_COUNT
};
#undef CMRX_SYSCALL

// Or-ed to WAIT: the word is that of a mutex (mutex.h), and says whose.
#define CMRX_WAIT_OWNER (1u << 8)

// What comes back from any system call: a status, and up to 64 bits of result.
struct cmrx_reply {
    uint32_t low, high;
    int32_t status;
};

#endif
