// mutex_wait.c - asking the kernel to wait for who has a mutex.

#include <cmrx/mutex.h>
#include <cmrx/trap.h>

enum cmrx_status cmrx_mutex_wait(struct cmrx_mutex *mutex, uint32_t seen,
                                 uint64_t deadline)
{
    return (enum cmrx_status)cmrx_trap(CMRX_SYS_WAIT | CMRX_WAIT_OWNER,
                                       (uint32_t)(uintptr_t)&mutex->word, seen,
                                       (uint32_t)deadline,
                                       (uint32_t)(deadline >> 32))
        .status;
}
