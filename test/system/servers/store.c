// store.c - values over a warm reset, and over restarts while they are put.

#include "servers.h"

#include "../../../server/again.h"
#include "../../../server/store/store.h"
#include "machine.h"

#include <string.h>

CMRX_USE(struct store, store);

struct pair {
    uint32_t number, inverse;
};

static CMRX_SHARED struct pair value, got;
static const char text[] = "kept over a reset, all 32 bytes"; // with its zero

static CMRX_SHARED char long_value[STORE_VALUE], long_got[STORE_VALUE];

static int32_t put(uint32_t number)
{
    int32_t result = 1;

    value = (struct pair){ number, ~number };
    CALL_AGAIN(cmrx_call(&result, store, put, STORE_NAMED("pair"), &value,
                         sizeof(value)));
    return result;
}

static int32_t get(void)
{
    int32_t result = 0;

    CALL_AGAIN(
        cmrx_call(&result, store, get, STORE_NAMED("pair"), &got, sizeof(got)));
    return result;
}

// In the first life puts values and ends it by a reset.
void live_twice(void)
{
    if (get() != STORE_NOTHING)
        return;
    memcpy(long_value, text, sizeof(text));
    cmrx_call(NULL, store, put, STORE_NAMED("text"), long_value,
              sizeof(long_value));
    put(1);
    put(2);
    cmrx_system_reset();
}

bool values_are_there_after_a_warm_reset(void)
{
    int32_t result = 0;

    cmrx_call(&result, store, get, STORE_NAMED("text"), long_got,
              sizeof(long_got));
    return result == (int32_t)STORE_VALUE &&
           memcmp(long_got, text, sizeof(text)) == 0 && get() == sizeof(got) &&
           got.number == 2 && got.inverse == ~2u;
}

bool value_that_is_not_the_callers_is_refused(void)
{
    static struct pair mine;
    int32_t result[4] = { 0 };

    cmrx_call(&result[0], store, put, STORE_NAMED("x"), &mine, sizeof(mine));
    cmrx_call(&result[1], store, get, STORE_NAMED("pair"), &mine, sizeof(mine));
    cmrx_call(&result[2], store, put, (const char *)(uintptr_t)MACHINE_KERNEL,
              4, &value, sizeof(value));
    cmrx_call(&result[3], store, get, STORE_NAMED("pair"),
              (void *)(uintptr_t)0xfffffff8u, 16);
    for (unsigned n = 0; n < 4; n++) {
        if (result[n] != STORE_DENIED)
            return false;
    }
    return true;
}

static volatile uint32_t last; // that was put, as far as we were told

// Less urgent than who restarts the store meanwhile.
CMRX_THREAD(putter, .stack = CMRX_AUTO, .priority = 5, .dormant = 1)
{
    for (uint32_t number = 100;; number++) {
        if (put(number) == 0)
            last = number;
    }
}

// At 100 instants: the first put after a restart takes about 900 us, each after
// that 170.
bool store_that_is_restarted_while_it_puts_has_old_or_new(void)
{
    bool ok = put(99) == 0;
    uint32_t olds = 0;

    last = 99;
    cmrx_thread_start(CMRX_THREAD_ID(putter), 0);
    for (uint32_t n = 0; ok && n < 100; n++) {
        cmrx_sleep_until(in(700 + 37 * n % 600));
        cmrx_process_restart(STORE);
        uint32_t told = last;
        ok = get() == sizeof(got) && got.inverse == ~got.number &&
             (got.number == told || got.number == told + 1);
        olds += got.number == told;
    }
    return ok && olds > 10 && olds < 100;
}
