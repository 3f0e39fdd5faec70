// test_deadline.c - calls with a deadline.

#include "tester.h"

#define SHORT 2000u
#define LONG  1000000u
#define GRACE 2000u // victim.c
#define LATE  1000u // what the way out may take

static bool lasted(uint64_t since, uint32_t us)
{
    uint64_t us_since = cmrx_time_now() - since;

    return us_since >= us && us_since < us + LATE;
}

static bool call_in_time_is_as_any(void)
{
    uint64_t sum = 0;
    enum cmrx_status s = cmrx_call_until(cmrx_time_now() + LONG, &sum, victim,
                                         sum, 7, 11, 13, 17);

    return s == CMRX_OK && sum == (7ull << 32) + 11 + 3 * 13 + 5 * 17;
}

static bool registers_survive_it(void)
{
    uint64_t deadline = cmrx_time_now() + LONG, before = deadline;
    uint32_t sum = 0, a = 1, b = 2, c = 3, d = 4;

    __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(deadline));
    for (unsigned i = 0; i < 3; i++)
        cmrx_call_until(deadline, &sum, victim, registers_destroy);
    __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(deadline));
    return a == 1 && b == 2 && c == 3 && d == 4 && deadline == before;
}

static bool call_too_late_enters_nothing(void)
{
    uint32_t before = 0, after = 0, none = 77;

    cmrx_call(&before, victim, count);
    bool refused = cmrx_call_until(cmrx_time_now(), &none, victim, count) ==
                       CMRX_TIMEOUT &&
                   cmrx_call_until(0, &none, victim, count) == CMRX_TIMEOUT;
    cmrx_call(&after, victim, count);
    return refused && none == 77 && after - before <= 1;
}

static bool wait_of_the_callee_ends_at_the_deadline(void)
{
    uint64_t since = cmrx_time_now();
    uint32_t waited = 0;
    enum cmrx_status s =
        cmrx_call_until(since + SHORT, &waited, victim, sleep, LONG);

    return s == CMRX_OK && waited == (uint32_t)CMRX_CANCELLED &&
           lasted(since, SHORT);
}

static bool wait_further_down_ends_too(void)
{
    // The victim may have been restarted since the middle has called it last.
    cmrx_call(NULL, middle, commit, DEED_NOTHING);
    uint64_t since = cmrx_time_now();
    int32_t waited = 0;
    enum cmrx_status s =
        cmrx_call_until(since + SHORT, &waited, middle, sleep, LONG);

    return s == CMRX_OK && waited == CMRX_CANCELLED && lasted(since, SHORT);
}

// What it leaves behind it: nothing. An ordinary wait takes its time.
static bool nobody_is_hurried_afterwards(void)
{
    uint64_t since = cmrx_time_now();
    uint32_t waited = 0;

    return cmrx_call(&waited, victim, sleep, SHORT) == CMRX_OK &&
           waited == (uint32_t)CMRX_TIMEOUT && lasted(since, SHORT);
}

// ---- At a gate

static uint32_t keeper_status;

// Above the tester: it is inside before that goes on, and keeps what it is in
// while it waits for somebody else's monitor.
CMRX_THREAD(keeper, .stack = CMRX_AUTO, .priority = 12, .dormant = 1)
{
    keeper_status = (uint32_t)cmrx_call(NULL, middle, sleep, 4 * SHORT);
}

static bool who_queues_leaves_at_the_deadline(void)
{
    int32_t none = 77;

    cmrx_thread_start(CMRX_THREAD_ID(keeper), 0);
    uint64_t since = cmrx_time_now();
    bool left = cmrx_call_until(since + SHORT, &none, middle, sleep, 1) ==
                    CMRX_TIMEOUT &&
                lasted(since, SHORT) && none == 77;
    cmrx_thread_join(CMRX_THREAD_ID(keeper), NULL, CMRX_FOREVER);
    return left && keeper_status == CMRX_OK;
}

// A port may have another way for one that waits first.
static enum cmrx_status ask_middle(uint32_t *seen)
{
    return cmrx_call(seen, middle, registers_seen);
}

static bool callee_that_was_busy_sees_none_of_the_callers_registers(void)
{
    cmrx_thread_start(CMRX_THREAD_ID(keeper), 0);
    bool none = sees_none(ask_middle);
    cmrx_thread_join(CMRX_THREAD_ID(keeper), NULL, CMRX_FOREVER);
    return none && keeper_status == CMRX_OK;
}

// ---- By force, and what is lent

static bool who_does_not_come_back_is_left(void)
{
    uint64_t since = cmrx_time_now();
    enum cmrx_status s =
        cmrx_call_until(since + SHORT, NULL, victim, commit, DEED_LOOP);
    bool in_time = lasted(since, SHORT + GRACE);
    bool told = s == CMRX_TIMEOUT && one_fault(&last_fault) &&
                last_fault.kind == CMRX_FAULT_OVERTIME &&
                last_fault.process == VICTIM;
    uint32_t count = 99;

    s = cmrx_call(&count, victim, count);
    victim_renew();
    return told && in_time && s == CMRX_CLOSED;
}

static bool lent_object_is_lent_until_the_deadline(void)
{
    CMRX_LENT(uint32_t, lent);
    uint64_t deadline = cmrx_time_now() + LONG;
    uint32_t value = 0;

    *lent = 5;
    bool ok = cmrx_call_lending_until(deadline, lent, &value, victim, read,
                                      lent) == CMRX_OK &&
              value == 5 &&
              cmrx_call_lending_until(deadline, lent, NULL, victim, write, lent,
                                      6) == CMRX_OK &&
              *lent == 6;
    uint64_t since = cmrx_time_now();
    ok = ok &&
         cmrx_call_lending_until(since + SHORT, lent, &value, victim, sleep,
                                 LONG) == CMRX_OK &&
         value == (uint32_t)CMRX_CANCELLED && lasted(since, SHORT) &&
         *lent == 6;
    // An object of 8 bytes ends at the cut.
    bool died = cmrx_call_lending_until(deadline, lent, &value, victim, read,
                                        lent + 2) == CMRX_DEAD &&
                one_fault(&last_fault) && last_fault.process == VICTIM;
    victim_renew();
    return ok && died;
}

static bool what_was_lent_is_back_by_force(void)
{
    CMRX_LENT(uint32_t, lent);
    uint64_t since = cmrx_time_now();

    *lent = 5;
    enum cmrx_status s = cmrx_call_lending_until(since + SHORT, lent, NULL,
                                                 victim, commit, DEED_LOOP);
    bool told = s == CMRX_TIMEOUT && lasted(since, SHORT + GRACE) &&
                *lent == 5 && one_fault(&last_fault) &&
                last_fault.kind == CMRX_FAULT_OVERTIME;

    victim_renew();
    return told;
}

// The one between has declared nothing: it is told, and goes on.
static bool who_is_between_goes_on(void)
{
    int32_t inner = 1;
    cmrx_call(NULL, middle, commit, DEED_NOTHING);
    uint64_t since = cmrx_time_now();
    enum cmrx_status s =
        cmrx_call_until(since + LONG, &inner, middle, loop, SHORT);
    bool told = s == CMRX_OK && inner == CMRX_TIMEOUT &&
                lasted(since, SHORT + GRACE) && one_fault(&last_fault) &&
                last_fault.kind == CMRX_FAULT_OVERTIME && last_fault.depth == 2;

    victim_renew();
    return told;
}

const struct test_case deadline_cases[] = {
    CASE(call_in_time_is_as_any),
    CASE(registers_survive_it),
    CASE(call_too_late_enters_nothing),
    CASE(wait_of_the_callee_ends_at_the_deadline),
    CASE(wait_further_down_ends_too),
    CASE(nobody_is_hurried_afterwards),
    CASE(who_queues_leaves_at_the_deadline),
    CASE(callee_that_was_busy_sees_none_of_the_callers_registers),
    CASE(who_does_not_come_back_is_left),
    CASE(lent_object_is_lent_until_the_deadline),
    CASE(what_was_lent_is_back_by_force),
    CASE(who_is_between_goes_on),
};
const uint32_t deadline_cases_count =
    sizeof deadline_cases / sizeof deadline_cases[0];
