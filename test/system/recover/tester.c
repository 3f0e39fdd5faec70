// tester.c - a server is left in the middle of a change: nobody sees half of it.

#include "keeper.h"
#include "report.h"

CMRX_USE(struct accounts, accounts);

enum { TESTER, KEEPER };

static struct cmrx_fault fault;
static uint32_t was;

static uint32_t generation(void)
{
    struct cmrx_process_status status;

    return cmrx_process_status(KEEPER, &status) == CMRX_OK ? status.generation
                                                           : 0;
}

static bool has_state(enum cmrx_process_state state)
{
    struct cmrx_process_status status;

    return cmrx_process_status(KEEPER, &status) == CMRX_OK &&
           status.state == (uint32_t)state;
}

static uint64_t in(uint32_t us)
{
    return cmrx_time_now() + us;
}

// Left there; then its recover function has begun.
static enum cmrx_status leave(uint32_t mend)
{
    if (cmrx_call(NULL, accounts, next_time, mend) == CMRX_STALE)
        cmrx_call(NULL, accounts, next_time, mend);
    was = generation();
    return cmrx_call_until(in(500), NULL, accounts, transfer, 30);
}

static bool is_recorded(void)
{
    return cmrx_fault_read(&fault) == CMRX_OK && fault.process == KEEPER &&
           fault.kind == CMRX_FAULT_OVERTIME && fault.lost == 0;
}

static bool sums_up(void)
{
    uint32_t sum = 0;

    return cmrx_call(&sum, accounts, sum) == CMRX_OK && sum == SUM;
}

static bool server_that_was_left_undoes_the_half(void)
{
    uint32_t second = 0, mended = 0;

    return leave(MENDS) == CMRX_TIMEOUT && is_recorded() && sums_up() &&
           cmrx_call(&second, accounts, second) == CMRX_OK && second == 101 &&
           cmrx_call(&mended, accounts, mended) == CMRX_OK && mended == 1 &&
           generation() == was;
}

static bool it_can_be_left_again(void)
{
    for (uint32_t i = 0; i < 20; i++)
        if (leave(MENDS) != CMRX_TIMEOUT || !is_recorded() || !sums_up() ||
            generation() != was)
            return false;
    return true;
}

static bool runs_anew_and_all_is_well(void)
{
    uint32_t second = 0;

    cmrx_sleep_until(in(1100000)); // back-off
    if (cmrx_call(&second, accounts, second) == CMRX_STALE)
        cmrx_call(&second, accounts, second);
    return generation() == was + 1 && second == 100 && sums_up();
}

static bool nobody_gets_in_while_it_does(void)
{
    uint32_t sum = 0;
    bool is_left = leave(STAYS) == CMRX_TIMEOUT && is_recorded();

    for (uint32_t i = 0; i < 5; i++) {
        if (!has_state(CMRX_PROCESS_DIRTY) ||
            cmrx_call(&sum, accounts, sum) != CMRX_DIRTY)
            return false;
        cmrx_sleep_until(in(700));
    }
    return is_left && cmrx_process_restart(KEEPER) == CMRX_OK &&
           runs_anew_and_all_is_well();
}

static bool what_it_gives_up_runs_anew(void)
{
    return leave(GIVES_UP) == CMRX_TIMEOUT && is_recorded() &&
           runs_anew_and_all_is_well();
}

static bool fault_in_it_is_one_like_others(void)
{
    return leave(FAULTS) == CMRX_TIMEOUT &&
           cmrx_fault_read(&fault) == CMRX_OK &&
           fault.kind == CMRX_FAULT_OVERTIME && fault.lost == 1 &&
           runs_anew_and_all_is_well();
}

static const struct test_case cases[] = {
    { "server_that_was_left_undoes_the_half",
      server_that_was_left_undoes_the_half },
    { "it_can_be_left_again", it_can_be_left_again },
    { "nobody_gets_in_while_it_does", nobody_gets_in_while_it_does },
    { "what_it_gives_up_runs_anew", what_it_gives_up_runs_anew },
    { "fault_in_it_is_one_like_others", fault_in_it_is_one_like_others },
};

// It calls the tests through pointers; the most that one of them needs, with
// what it lends.
CMRX_STACK_BOUND(test_run, 200);

CMRX_THREAD(main, .stack = 1024, .priority = 5)
{
    test_run(cases, sizeof cases / sizeof cases[0]);
}
