// chain_rows.c - calls inside of calls, and the way out when processes end.
//
// By the helper, which has 8 granules of stack: a call takes one at least, so 7
// levels are the most there can be on v7-M.

#include "meter.h"

CMRX_USE(struct relay, relay);

static volatile uint32_t depth;

// ---- A call from the level before into level `depth`

static void go_down(uint32_t n)
{
    uint32_t sum = 0;

    if (depth > 1) {
        cmrx_call(&sum, relay, down, depth - 1, 1, 2, 3);
    } else {
        MARK_BEGIN();
        cmrx_call(&sum, relay, down, 0, 1, 2, 3);
        MARK_END();
    }
    check(sum == 13 && n < SAMPLES);
}

__attribute__((noinline)) static void helper_goes_down(void)
{
    volatile uint8_t *room = __builtin_alloca(8 * (sample_number % 8) + 8);

    room[0] = 0;
    go_down(sample_number);
}

// The first call through a door is another path: call_first.
static void open_doors(void)
{
    uint32_t sum = 0;

    cmrx_call(&sum, relay, down, depth - 1, 1, 2, 3);
    check(sum == 13);
}

static void helper_opens_doors(void)
{
    unmeasured(open_doors);
}

static void down(uint32_t levels)
{
    depth = levels;
    helper_start(helper_opens_doors);
    helper_join();
    helper_start(helper_goes_down);
    helper_join();
}

// ---- Out of `depth` processes that have ended, the innermost last

// Where its waits end, as a process on its way has ended, it stays, and is not in the
// way.
static void helper_parks(void)
{
    cmrx_thread_priority(5);
    check(cmrx_call(NULL, relay, park, depth - 1) == CMRX_DEAD);
}

static void renew(uint32_t levels)
{
    uint32_t sum = 0;

    for (uint32_t level = 0; level < levels; level++)
        check(cmrx_process_restart(RELAY + level) == CMRX_OK);
    cmrx_call(&sum, relay, down, 0, 1, 2, 3); // hears that it was restarted
}

static void unwind(uint32_t levels)
{
    depth = levels;
    helper_start(helper_parks);
    rest(2000);
    for (uint32_t level = 0; level < levels - 1; level++)
        cmrx_process_stop(RELAY + level);
    MARK_BEGIN();
    cmrx_process_stop(RELAY + levels - 1);
    MARK_END();
    helper_join();
    renew(levels);
}

// ---- A fault at the end of the chain. The end mark is in the supervisor, for
// which the helper must not be in the way.

static void helper_dies(void)
{
    cmrx_thread_priority(5);
    cmrx_call(NULL, relay, die, depth - 1);
}

static void die(uint32_t levels)
{
    depth = levels;
    helper_start(helper_dies);
    helper_join();
    check(cmrx_process_restart(RELAY + levels - 1) == CMRX_OK);
}

#define LEVEL(what, levels)                                                    \
    static void what##_##levels(uint32_t n)                                    \
    {                                                                          \
        (void)n;                                                               \
        what(levels);                                                          \
    }

LEVEL(down, 1)
LEVEL(down, 2)
LEVEL(down, 3)
LEVEL(down, 4)
LEVEL(down, 5)
LEVEL(down, 6)
LEVEL(down, 7)
LEVEL(unwind, 1)
LEVEL(unwind, 2)
LEVEL(unwind, 4)
LEVEL(unwind, 7)
LEVEL(die, 2)
LEVEL(die, 7)

static const struct row chain_rows_table[] = {
    { "call_at_depth_1", down_1, FROM_MARK, 0 },
    { "call_at_depth_2", down_2, FROM_MARK, 0 },
    { "call_at_depth_3", down_3, FROM_MARK, 0 },
    { "call_at_depth_4", down_4, FROM_MARK, 0 },
    { "call_at_depth_5", down_5, FROM_MARK, 0 },
    { "call_at_depth_6", down_6, FROM_MARK, 0 },
    { "call_at_depth_7", down_7, FROM_MARK, 0 },
    { "unwind_1_level", unwind_1, FROM_MARK, 0 },
    { "unwind_2_levels", unwind_2, FROM_MARK, 0 },
    { "unwind_4_levels", unwind_4, FROM_MARK, 0 },
    { "unwind_7_levels", unwind_7, FROM_MARK, 0 },
    { "fault_at_depth_2", die_2, FROM_FAULT, 0 },
    { "fault_at_depth_7", die_7, FROM_FAULT, 0 },
};
ROWS(chain_rows);
