// scenarios_deadline.c - C13: callees that would keep a thread past the deadline of
// its call, and clients that would make a server pay for theirs.

#include "controller.h"
#include "machine.h"

#define UNTIL_US 1000u
#define GRACE_US ATTACK_GRACE_US
#define LATE_US  1000u // what the way out may take
#define FOR_EVER 100000000u
#define FRAME    16u
#define CANARY   0xdead11eeu

// What the runner is to do, and what has come of it.
static struct {
    uint32_t deed, a, b, c;
    enum cmrx_status status;
    uint64_t result;
    uint32_t took, dirt;
    bool is_whole, is_free;
} until;

#define COMMIT_UNTIL(service)                                                  \
    CALL_UNTIL(cmrx_time_now() + UNTIL_US, &until.result, service, commit,     \
               until.deed, until.a, until.b, until.c)

// Once more when the callee was restarted since.
#define CALL_UNTIL(deadline, ...)                                              \
    __extension__({                                                            \
        enum cmrx_status until_status =                                        \
            cmrx_call_until(deadline, __VA_ARGS__);                            \
        if (until_status == CMRX_STALE)                                        \
            until_status = cmrx_call_until(deadline, __VA_ARGS__);             \
        until_status;                                                          \
    })

static uint32_t us_since(uint64_t since)
{
    return (uint32_t)(cmrx_time_now() - since);
}

// Its next wait takes the time it should, as the deadline is over.
static bool wait_is_a_wait(void)
{
    uint64_t since = cmrx_time_now();

    return cmrx_sleep_until(since + 300) == CMRX_OK && us_since(since) >= 300;
}

static void visit(bool from_afar)
{
    volatile uint32_t frame[FRAME];
    uint64_t since = cmrx_time_now();

    for (uint32_t i = 0; i < FRAME; i++)
        frame[i] = CANARY + i;
    until.status = from_afar ? COMMIT_UNTIL(relay_3) : COMMIT_UNTIL(attack);
    until.took = us_since(since);
    until.dirt = dirt_on_own_stack();
    until.is_whole = true;
    for (uint32_t i = 0; i < FRAME; i++)
        until.is_whole &= frame[i] == CANARY + i;
    until.is_free = wait_is_a_wait();
}

static void visit_attacker(void)
{
    visit(false);
}

static void visit_from_afar(void)
{
    visit(true);
}

static void order(uint32_t deed, uint32_t a, uint32_t b, uint32_t c)
{
    until.deed = deed;
    until.a = a;
    until.b = b;
    until.c = c;
    until.result = 0;
    outcome.faulted = 0;
}

static void judge(void)
{
    outcome.recorded = cmrx_fault_read(&outcome.fault) == CMRX_OK;
    renew_all(outcome.faulted);
}

static void run_until(uint32_t deed, uint32_t a, uint32_t b, uint32_t c)
{
    order(deed, a, b, c);
    run_own(visit_attacker);
    judge();
}

static bool caller_is_well(void)
{
    return until.is_whole && until.is_free;
}

static bool took(uint32_t us)
{
    return until.took >= us && until.took < us + LATE_US;
}

static bool nobody_has_faulted(void)
{
    return outcome.faulted == 0 && !outcome.recorded;
}

// ---- A callee that does not come back

static bool was_hurried(uint32_t result)
{
    return nobody_has_faulted() && until.status == CMRX_OK &&
           (uint32_t)until.result == result && took(UNTIL_US) &&
           caller_is_well();
}

static bool was_left(void)
{
    return until.status == CMRX_TIMEOUT && took(UNTIL_US + GRACE_US) &&
           outcome.faulted == 1u << ATTACKER &&
           fault_is_recorded(ATTACKER, CMRX_FAULT_OVERTIME) &&
           outcome.fault.depth == 1 && caller_is_well();
}

static bool callee_that_waits_is_hurried(void)
{
    run_until(DEED_SLEEP, FOR_EVER, 0, 0);
    return was_hurried((uint32_t)CMRX_CANCELLED);
}

static bool callee_that_has_called_on_without_a_deadline_is_hurried(void)
{
    run_until(DEED_WAIT_UNTIL, UINT32_MAX, FOR_EVER, 0);
    return was_hurried(WAITED(CMRX_CANCELLED));
}

static bool callee_that_spins_is_left(void)
{
    run_until(DEED_SPIN, 1, 0, 0);
    return was_left();
}

static bool callee_that_spins_without_a_trap_is_left(void)
{
    run_until(DEED_SPIN, 1, 1, 0);
    return was_left();
}

static bool callee_that_waits_again_and_again_is_left(void)
{
    run_until(DEED_WAIT_ON, 0, 0, 0);
    return was_left();
}

// The deadline travels in registers: whatever they are now.
static bool callee_that_changes_all_registers_is_left(void)
{
    for (uint32_t pattern = 0; pattern < 13; pattern++) {
        run_until(DEED_TRAP_ON, pattern, 0, 0);
        if (!was_left())
            return false;
    }
    return true;
}

static bool callee_without_a_stack_is_no_more(void)
{
    static const uint16_t places[] = {
        AT_ADDRESS,        AT_KERNEL_DATA,  AT_KERNEL_STACK,
        AT_VICTIM_STACK,   AT_RUNNER_STACK, AT_VICTIM_MEMORY,
        AT_OTHER_UART,     AT_WINDOW_END,   AT_RUNNER_STACK_END,
        AT_OWN_MEMORY_END,
    };

    for (uint32_t i = 0; i < sizeof places / sizeof *places; i++) {
        run_until(DEED_SPIN_AT, place((enum place)places[i]), 0, 0);
        if (outcome.faulted != 1u << ATTACKER || !outcome.recorded ||
            (until.status != CMRX_DEAD && until.status != CMRX_TIMEOUT) ||
            !caller_is_well())
            return false;
    }
    return true;
}

static bool callee_that_faults_in_its_grace_is_a_timeout(void)
{
    run_until(DEED_WAIT_AND_DIE, 0, 0, 0);
    return until.status == CMRX_TIMEOUT && took(UNTIL_US) &&
           outcome.faulted == 1u << ATTACKER &&
           fault_is_recorded(ATTACKER, CMRX_FAULT_INSTRUCTION) &&
           caller_is_well();
}

static bool callee_restarted_in_its_grace_is_a_timeout_and_that_is_all(void)
{
    order(DEED_SPIN, 1, 1, 0);
    start_own(visit_attacker);
    cmrx_sleep_until(in(UNTIL_US + GRACE_US / 2));
    renew(ATTACKER);
    is_over(VISITING, in(1000));
    cmrx_sleep_until(in(2 * GRACE_US));
    judge();
    return nobody_has_faulted() && until.status == CMRX_TIMEOUT &&
           caller_is_well();
}

static bool callee_that_is_left_leaves_nothing_on_the_stack(void)
{
    run_until(DEED_FILL_STACK, 0, 0, 2);
    return was_left() && until.dirt == 0;
}

// Whoever is between has time until then, too; who comes back is not left.
static bool chain_that_does_not_come_back_is_left_to_its_caller(void)
{
    const uint32_t chain =
        1u << ATTACKER | 1u << RELAY_1 | 1u << RELAY_2 | 1u << RELAY_3;

    order(DEED_SPIN, 1, 1, 0);
    run_own(visit_from_afar);
    judge();
    return (until.status == CMRX_TIMEOUT ||
            (until.status == CMRX_OK && until.result != 0)) &&
           until.took >= UNTIL_US + GRACE_US &&
           until.took < UNTIL_US + GRACE_US + 2 * LATE_US && // several end
           outcome.recorded && (outcome.faulted & ~chain) == 0 &&
           (outcome.faulted & 1u << ATTACKER) != 0 &&
           outcome.fault.process == ATTACKER &&
           outcome.fault.kind == CMRX_FAULT_OVERTIME &&
           outcome.fault.depth == 4 && caller_is_well();
}

static struct {
    enum cmrx_status status;
    uint32_t took;
} stayed;

static void stay_with_bystander(void)
{
    uint64_t since = cmrx_time_now();

    stayed.status =
        CALL_UNTIL(since + UNTIL_US, NULL, bystander, computes, 5 * UNTIL_US);
    stayed.took = us_since(since);
}

static bool server_that_has_promised_no_time_is_not_left(void)
{
    outcome.faulted = 0;
    run_own(stay_with_bystander);
    judge();
    return nobody_has_faulted() && stayed.status == CMRX_OK &&
           stayed.took >= 5 * UNTIL_US;
}

// ---- At the return

#define INSTANTS 120u

static uint32_t wrong_ends;

static void visit_around_the_return(void)
{
    for (uint32_t us = 0; us < INSTANTS; us++) {
        uint64_t result = 77;
        enum cmrx_status s =
            CALL_UNTIL(cmrx_time_now() + us / 2, &result, attack, commit,
                       DEED_NOTHING, us + 1000, 0, 0);
        wrong_ends += s == CMRX_OK ? result != us + 1000
                                   : s != CMRX_TIMEOUT || result != 77;
        wrong_ends += !wait_is_a_wait();
    }
}

static bool deadline_around_the_return_is_one_end(void)
{
    uint64_t end = in(INSTANTS * 1000);

    wrong_ends = 0;
    outcome.faulted = 0;
    start_own(visit_around_the_return);
    bool over = is_over(VISITING, end);
    judge();
    return over && wrong_ends == 0 && nobody_has_faulted();
}

// ---- At the gate

static struct {
    enum cmrx_status status;
    uint32_t took, before, after;
} queued;

static void queue(void)
{
    uint64_t since = cmrx_time_now();

    queued.status = CALL_UNTIL(since + UNTIL_US, &queued.after, slow, visits);
    queued.took = us_since(since);
}

// Somebody keeps the server for himself, by a method that is long.
static bool who_queues_behind_a_client_that_stays_leaves_in_time(void)
{
    CALL(&queued.before, slow, visits);
    start(AT_HOME, DEED_KEEP_SLOW, 6 * UNTIL_US, 0, 0);
    cmrx_sleep_until(in(500));
    start_own(queue);
    is_over(VISITING, in(4 * UNTIL_US));
    bool left = queued.status == CMRX_TIMEOUT && queued.took >= UNTIL_US &&
                queued.took < UNTIL_US + LATE_US;
    bool still_kept = !has_ended(OFFENDER);
    finish(AT_HOME, 10 * UNTIL_US);
    CALL(&queued.after, slow, visits);
    return left && still_kept && nobody_has_faulted() &&
           outcome.value == CMRX_OK && queued.after == queued.before + 2;
}

// ---- A client

static bool client_that_dies_takes_its_deadline_along(void)
{
    start(AT_HOME, DEED_WAIT_UNTIL, 2 * UNTIL_US, FOR_EVER, 0);
    cmrx_sleep_until(in(UNTIL_US));
    renew(ATTACKER);
    bool still_inside = !has_ended(OFFENDER);
    cmrx_sleep_until(in(UNTIL_US + LATE_US / 2));
    bool came_out = has_ended(OFFENDER);
    start(AT_HOME, DEED_SLEEP, 3 * UNTIL_US, 0, 0);
    finish(AT_HOME, 5 * UNTIL_US);
    return still_inside && came_out && nobody_has_faulted() &&
           outcome.happened == RETURNS && outcome.value == CMRX_OK;
}

#define FACT(id, name)                                                         \
    {                                                                          \
        id, #name, name                                                        \
    }

static const struct scenario table[] = {
    FACT("csv-E33", callee_that_waits_is_hurried),
    FACT("C13", callee_that_has_called_on_without_a_deadline_is_hurried),
    FACT("C8", callee_that_spins_is_left),
    FACT("csv-E33", callee_that_spins_without_a_trap_is_left),
    FACT("csv-E33", callee_that_waits_again_and_again_is_left),
    FACT("C13", callee_that_changes_all_registers_is_left),
    FACT("C13", callee_without_a_stack_is_no_more),
    FACT("csv-E36", callee_that_faults_in_its_grace_is_a_timeout),
    FACT("csv-E36", callee_restarted_in_its_grace_is_a_timeout_and_that_is_all),
    FACT("csv-E17", callee_that_is_left_leaves_nothing_on_the_stack),
    FACT("C13", chain_that_does_not_come_back_is_left_to_its_caller),
    FACT("C14", server_that_has_promised_no_time_is_not_left),
    FACT("csv-E35", deadline_around_the_return_is_one_end),
    FACT("C13", who_queues_behind_a_client_that_stays_leaves_in_time),
    FACT("C13", client_that_dies_takes_its_deadline_along),
};

SCENARIOS(scenarios_deadline);
