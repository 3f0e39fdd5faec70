// deadlines.c - misbehaviour with deadlines of calls, as a client and as a server.

#include "deeds.h"
#include "machine.h"
#include <cmrx/mutex.h>

static volatile uint32_t never;
CMRX_SHARED static volatile uint32_t lent[4];

// Once more when the deputy was restarted since.
#define CALL_UNTIL(deadline, ...)                                              \
    __extension__({                                                            \
        enum cmrx_status until_status =                                        \
            cmrx_call_until(deadline, __VA_ARGS__);                            \
        if (until_status == CMRX_STALE)                                        \
            until_status = cmrx_call_until(deadline, __VA_ARGS__);             \
        until_status;                                                          \
    })

// ---- As a client

// a, b: the deadline, as the kernel gets it.
uint32_t deed_call_until(ARGUMENTS)
{
    return (uint32_t)CALL_UNTIL((uint64_t)b << 32 | a, NULL, deputy, calls);
}

// The deputy waits for b, and may for a; UINT32_MAX: for ever.
uint32_t deed_wait_until(ARGUMENTS)
{
    uint64_t deadline = a == UINT32_MAX ? CMRX_FOREVER : cmrx_time_now() + a;
    uint32_t waited = 0;
    enum cmrx_status status = CALL_UNTIL(deadline, &waited, deputy, waits, b);

    return status != CMRX_OK ? (uint32_t)status : WAITED(waited);
}

// a calls that end somewhere on their way: how many of them wrongly?
uint32_t deed_flood_until(ARGUMENTS)
{
    uint32_t wrong = 0;

    for (uint32_t i = 0; i < a; i++) {
        enum cmrx_status status =
            CALL_UNTIL(cmrx_time_now() + i % 64, NULL, deputy, waits, i % 32);
        wrong += status != CMRX_OK && status != CMRX_TIMEOUT;
    }
    return wrong;
}

// The deputy computes for b, and may for a.
uint32_t deed_hurry_deputy(ARGUMENTS)
{
    return (uint32_t)CALL_UNTIL(cmrx_time_now() + a, NULL, deputy, fill_blindly,
                                (uint8_t *)(uintptr_t)&lent[0], 4, b);
}

// Below all others: who queues for it shall be able to come so far.
uint32_t deed_keep_slow(ARGUMENTS)
{
    cmrx_thread_priority(1);
    enum cmrx_status status = cmrx_call(NULL, slow, stay, a);

    if (status == CMRX_STALE)
        status = cmrx_call(NULL, slow, stay, a);
    return (uint32_t)status;
}

// ---- As a server

// It is told that it shall come back, and waits again.
uint32_t deed_wait_on(ARGUMENTS)
{
    for (;;)
        cmrx_wait(&never, 0, CMRX_FOREVER);
}

uint32_t deed_wait_and_die(ARGUMENTS)
{
    cmrx_wait(&never, 0, CMRX_FOREVER);
    machine_undefined();
    return never;
}

// The mutex says that it is of whose stack pointer a is. For b microseconds.
uint32_t deed_wait_for_owner(ARGUMENTS)
{
    static struct cmrx_mutex mutex;

    mutex.word = a;
    return (uint32_t)cmrx_mutex_wait(&mutex, a, cmrx_time_now() + b);
}

// For ever, with pattern a in all registers.
uint32_t deed_trap_on(ARGUMENTS)
{
    for (;;)
        deed_trap_garbage(CMRX_SYS_TIME, a, 0);
}
