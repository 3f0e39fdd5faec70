// condition.c - wait until something that a mutex protects has become true.
//
// Why no signal is lost: a waiter counts itself in `waiters`, then looks at
// `signals`, then gives the mutex back. A signaller counts `signals` on, then
// looks at `waiters`. If it sees none, whoever comes later looks at the new
// number: it was not waiting yet. Otherwise it wakes one: if there is somebody
// in the kernel, that is the one the signal was for; if not, all who had begun
// to wait find another number there and do not sleep.

#include <cmrx/condition.h>
#include <cmrx/wait.h>

static void signal(struct cmrx_condition *condition, uint32_t count)
{
    __atomic_fetch_add(&condition->signals, 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&condition->waiters, __ATOMIC_RELAXED) > 0)
        cmrx_wake(&condition->signals, count);
}

void cmrx_condition_signal(struct cmrx_condition *condition)
{
    signal(condition, 1);
}

void cmrx_condition_broadcast(struct cmrx_condition *condition)
{
    signal(condition, CMRX_WAKE_ALL);
}

enum cmrx_status cmrx_condition_wait(struct cmrx_condition *condition,
                                     struct cmrx_mutex *mutex,
                                     uint64_t deadline)
{
    __atomic_fetch_add(&condition->waiters, 1, __ATOMIC_SEQ_CST);
    uint32_t signals = __atomic_load_n(&condition->signals, __ATOMIC_RELAXED);

    cmrx_mutex_unlock(mutex);
    enum cmrx_status status = cmrx_wait(&condition->signals, signals, deadline);
    __atomic_fetch_sub(&condition->waiters, 1, __ATOMIC_RELAXED);
    if (status != CMRX_OK && status != CMRX_CHANGED && status != CMRX_TIMEOUT)
        return status;

    enum cmrx_status locked = cmrx_mutex_lock(mutex, CMRX_FOREVER);
    // It has the mutex, and is to look at everything.
    if (locked == CMRX_OWNER_DEAD)
        return locked;
    if (locked == CMRX_OK)
        return status == CMRX_TIMEOUT ? CMRX_TIMEOUT : CMRX_OK;
    // It goes away without having looked: let another look.
    if (status != CMRX_TIMEOUT)
        cmrx_condition_signal(condition);
    return locked;
}
