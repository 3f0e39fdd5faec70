// lent_rows.c - what is lent is large; by a thread with a stack for it.

#include "meter.h"

static void (*volatile deed)(void);

CMRX_THREAD(lender, .stack = 57344, .bound = 57344, .priority = 20,
            .dormant = 1)
{
    volatile uint8_t *room = __builtin_alloca(8 * sample_number + 8);

    room[0] = 0;
    deed();
}

CMRX_STACK_BOUND(cmrx_body_lender, 40000);

static void lend(void (*how)(void))
{
    deed = how;
    check(cmrx_thread_start(CMRX_THREAD_ID(lender), 0) == CMRX_OK);
    check(cmrx_thread_join(CMRX_THREAD_ID(lender), NULL, CMRX_FOREVER) ==
          CMRX_OK);
}

struct bytes_4k {
    uint8_t byte[4096];
};

struct bytes_16k {
    uint8_t byte[16384];
};

__attribute__((noinline)) static void lends_4k(void)
{
    CMRX_LENT(struct bytes_4k, lent);

    MARK_BEGIN();
    enum cmrx_status status =
        cmrx_call_lending(lent, NULL, server, touch, lent->byte, 4096);
    MARK_END();
    check(status == CMRX_OK && lent->byte[0] == 1 && lent->byte[4095] == 2);
}

__attribute__((noinline)) static void lends_16k(void)
{
    CMRX_LENT(struct bytes_16k, lent);

    MARK_BEGIN();
    enum cmrx_status status =
        cmrx_call_lending(lent, NULL, server, touch, lent->byte, 16384);
    MARK_END();
    check(status == CMRX_OK && lent->byte[0] == 1 && lent->byte[16383] == 2);
}

static void lent_4k(uint32_t n)
{
    (void)n;
    lend(lends_4k);
}

static void lent_16k(uint32_t n)
{
    (void)n;
    lend(lends_16k);
}

static const struct row lent_rows_table[] = {
    { "call_lent_4k", lent_4k, FROM_MARK, 0 },
    { "call_lent_16k", lent_16k, FROM_MARK, 0 },
};
ROWS(lent_rows);
