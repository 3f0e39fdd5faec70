// call_rows.c - calls from the meter into a process next to it.

#include "meter.h"

#include <cmrx/mutex.h>

// ---- Words

static void open_server(void)
{
    check(cmrx_call(NULL, server, words_0) == CMRX_OK);
}

static void words_0(uint32_t n)
{
    uint32_t sum = n;

    if (n == 0)
        unmeasured(open_server);
    MARK_BEGIN();
    enum cmrx_status status = cmrx_call(&sum, server, words_0);
    MARK_END();
    check(status == CMRX_OK && sum == 7);
}

static void words_1(uint32_t n)
{
    uint32_t sum = 0;

    MARK_BEGIN();
    enum cmrx_status status = cmrx_call(&sum, server, words_1, n);
    MARK_END();
    check(status == CMRX_OK && sum == n + 7);
}

static void words_2(uint32_t n)
{
    uint32_t sum = 0;

    MARK_BEGIN();
    enum cmrx_status status = cmrx_call(&sum, server, words_2, n, 2);
    MARK_END();
    check(status == CMRX_OK && sum == n + 9);
}

static void words_3(uint32_t n)
{
    uint32_t sum = 0;

    MARK_BEGIN();
    enum cmrx_status status = cmrx_call(&sum, server, words_3, n, 2, 3);
    MARK_END();
    check(status == CMRX_OK && sum == n + 12);
}

static void words_4(uint32_t n)
{
    uint32_t sum = 0;

    MARK_BEGIN();
    enum cmrx_status status = cmrx_call(&sum, server, words_4, n, 2, 3, 4);
    MARK_END();
    check(status == CMRX_OK && sum == n + 16);
}

static void reentrant(uint32_t n)
{
    uint32_t sum = 0;

    MARK_BEGIN();
    enum cmrx_status status = cmrx_call(&sum, any, words_4, n, 2, 3, 4);
    MARK_END();
    check(status == CMRX_OK && sum == n + 16);
}

// With a deadline that is the nearest of all, or far from it.
static void until(uint32_t n)
{
    uint64_t deadline = cmrx_time_now() + (n % 2 == 0 ? 5000 : 1000000000);
    uint32_t sum = 0;

    MARK_BEGIN();
    enum cmrx_status status =
        cmrx_call_until(deadline, &sum, server, words_4, n, 2, 3, 4);
    MARK_END();
    check(status == CMRX_OK && sum == n + 16);
}

// By a thread whose stack is cut at other multiples.
static void helper_calls(void)
{
    volatile uint8_t *room = __builtin_alloca(8 * sample_number + 8);

    room[0] = 0;
    words_4(sample_number);
}

static void small_stack(uint32_t n)
{
    (void)n;
    helper_start(helper_calls);
    helper_join();
}

// ---- Buffers

struct bytes_16 {
    uint8_t byte[16];
};

struct bytes_256 {
    uint8_t byte[256];
};

static void lent_16(uint32_t n)
{
    CMRX_LENT(struct bytes_16, lent);

    (void)n;
    MARK_BEGIN();
    enum cmrx_status status =
        cmrx_call_lending(lent, NULL, server, touch, lent->byte, 16);
    MARK_END();
    check(status == CMRX_OK && lent->byte[0] == 1 && lent->byte[15] == 2);
}

static void lent_256(uint32_t n)
{
    CMRX_LENT(struct bytes_256, lent);

    (void)n;
    MARK_BEGIN();
    enum cmrx_status status =
        cmrx_call_lending(lent, NULL, server, touch, lent->byte, 256);
    MARK_END();
    check(status == CMRX_OK && lent->byte[0] == 1 && lent->byte[255] == 2);
}

static uint8_t shared[16384] CMRX_SHARED;

static void share(uint32_t size)
{
    shared[0] = shared[size - 1] = 0;
    MARK_BEGIN();
    enum cmrx_status status = cmrx_call(NULL, server, touch, shared, size);
    MARK_END();
    check(status == CMRX_OK && shared[0] == 1 && shared[size - 1] == 2);
}

static void shared_16(uint32_t n)
{
    (void)n;
    share(16);
}

static void shared_1k(uint32_t n)
{
    (void)n;
    share(1024);
}

static void shared_16k(uint32_t n)
{
    (void)n;
    share(sizeof shared);
}

// ---- A monitor in which somebody is already. The helper stays inside for
// longer than the meter sleeps.

static void helper_holds(void)
{
    cmrx_thread_priority(5);
    cmrx_call(NULL, server, hold);
}

static void monitor_taken(uint32_t n)
{
    uint32_t sum = 0;

    helper_start(helper_holds);
    rest(200 + n);
    MARK_BEGIN(); // the end is in `hold`, which goes on
    enum cmrx_status status = cmrx_call(&sum, server, words_0);
    check(status == CMRX_OK && sum == 7);
    helper_join();
}

static void monitor_handed_on(uint32_t n)
{
    uint32_t sum = 0;

    helper_start(helper_holds); // the begin is at the end of `hold`
    cmrx_sleep_until(cmrx_time_now() + 200 + n);
    enum cmrx_status status = cmrx_call(&sum, server, enter);
    check(status == CMRX_OK && sum == 7);
    helper_join();
}

// ---- What needs no other process

static void null_call(uint32_t n)
{
    (void)n;
    MARK_BEGIN();
    uint32_t granule = cmrx_stack_granule();
    MARK_END();
    // v8-M and RISC-V cut everywhere.
    check(granule == 512 || granule == 32 || granule == 16);
}

static void may_read(uint32_t n)
{
    uint32_t may = 0;

    (void)n; // the marks are in the server
    check(cmrx_call(&may, any, ask, shared) == CMRX_OK && may == 1);
}

static void mutex(uint32_t n)
{
    static struct cmrx_mutex free;

    (void)n;
    MARK_BEGIN();
    enum cmrx_status status = cmrx_mutex_lock(&free, CMRX_FOREVER);
    cmrx_mutex_unlock(&free);
    MARK_END();
    check(status == CMRX_OK && free.word == 0);
}

// What is counted between the marks of this is known.
static void three_instructions(uint32_t n)
{
    (void)n;
    MARK_BEGIN();
    __asm__ volatile("nop\n nop\n nop");
    MARK_END();
}

// The meter has not called `any` before: the long way, and the door is open.
static void first(uint32_t n)
{
    static bool was;

    if (!was)
        reentrant(n);
    was = true;
}

static const struct row call_rows_table[] = {
    { "three_instructions", three_instructions, FROM_MARK, 0 },
    { "null_call", null_call, FROM_MARK, 0 },
    { "call_first", first, FROM_MARK, 1u << CROWD_WAITS },
    { "call_0_words", words_0, FROM_MARK, 0 },
    { "call_1_word", words_1, FROM_MARK, 0 },
    { "call_2_words", words_2, FROM_MARK, 0 },
    { "call_3_words", words_3, FROM_MARK, 0 },
    { "call_4_words", words_4, FROM_MARK, 0 },
    { "call_until", until, FROM_MARK, 0 },
    { "call_small_stack", small_stack, FROM_MARK, 0 },
    { "call_reentrant", reentrant, FROM_MARK, 0 },
    { "call_lent_16", lent_16, FROM_MARK, 0 },
    { "call_lent_256", lent_256, FROM_MARK, 0 },
    { "call_shared_16", shared_16, FROM_MARK, 0 },
    { "call_shared_1k", shared_1k, FROM_MARK, 0 },
    { "call_shared_16k", shared_16k, FROM_MARK, 0 },
    { "call_busy_monitor", monitor_taken, FROM_MARK, 0 },
    { "monitor_handed_on", monitor_handed_on, FROM_MARK, 0 },
    { "caller_may_read", may_read, FROM_MARK, 0 },
    { "mutex_free", mutex, FROM_MARK, 0 },
};
ROWS(call_rows);
