// scenarios_death.c - C7..C9, E: somebody ends while others are inside, above
// or beyond.

#include "controller.h"

#define FOR_EVER 100000000u // microseconds, for a test

static bool is_alive(enum process process)
{
    static struct cmrx_process_status status;

    cmrx_process_status(process, &status);
    return status.state == CMRX_PROCESS_RUNNING;
}

static bool nobody_has_faulted(void)
{
    return outcome.faulted == 0 && !outcome.recorded;
}

// The status that the relay got comes in the high word of its result, and
// makes run.c give this value.
#define A_STATUS 0xbad00000u

// ---- A visitor, and the one it visits

static bool server_restarted_with_a_visitor_inside_tells_him(void)
{
    start(VISITING, DEED_SLEEP, FOR_EVER, 0, 0);
    cmrx_sleep_until(in(500));
    renew(ATTACKER);
    finish(VISITING, 1000);
    return nobody_has_faulted() && visit_status == CMRX_DEAD;
}

static bool server_restarted_at_depth_four_tells_the_one_before(void)
{
    start(DEPTH_4, DEED_SLEEP, FOR_EVER, 0, 0);
    cmrx_sleep_until(in(500));
    renew(ATTACKER);
    finish(DEPTH_4, 1000);
    return nobody_has_faulted() && visit_status == CMRX_OK &&
           outcome.value == A_STATUS;
}

static bool middle_restarted_ends_the_callees_wait_and_tells_the_caller(void)
{
    start(DEPTH_2, DEED_SLEEP, 1000000, 0, 0);
    cmrx_sleep_until(in(500));
    renew(RELAY_1);
    finish(DEPTH_2, 5000);
    return nobody_has_faulted() && visit_status == CMRX_DEAD;
}

static bool two_in_the_middle_die_and_the_one_above_is_told(void)
{
    start(DEPTH_4, DEED_SLEEP, 3000, 0, 0);
    cmrx_sleep_until(in(500));
    renew(RELAY_1);
    renew(RELAY_2);
    finish(DEPTH_4, 5000);
    // relay 3 has its answer from relay 2: dead; the caller from relay 3.
    return nobody_has_faulted() && visit_status == CMRX_OK &&
           outcome.value == A_STATUS;
}

static bool all_of_a_chain_die_at_once(void)
{
    start(DEPTH_4, DEED_SPIN, 1, 0, 0);
    cmrx_sleep_until(in(500));
    renew(RELAY_2);
    renew(RELAY_1);
    renew(RELAY_3);
    renew(ATTACKER);
    finish(DEPTH_4, 1000);
    return nobody_has_faulted() && visit_status == CMRX_DEAD;
}

static bool stopped_server_is_closed_and_comes_back(void)
{
    uint32_t value;

    cmrx_process_stop(ATTACKER);
    bool closed = CALL(&value, attacker, result) == CMRX_CLOSED;
    renew(ATTACKER);
    return closed && CALL(&value, attacker, result) == CMRX_OK;
}

static bool restarted_server_is_stale_once(void)
{
    uint32_t value;

    CALL(&value, attacker, result);
    renew(ATTACKER);
    return cmrx_call(&value, attacker, result) == CMRX_STALE &&
           cmrx_call(&value, attacker, result) == CMRX_OK;
}

// ---- A client, and the server that works for it

static bool home_ends_while_its_thread_is_in_a_server(void)
{
    start(AT_HOME, DEED_ASK_DEPUTY_BLINDLY, place(AT_OWN_SHARED), 4, 3000);
    cmrx_sleep_until(in(500));
    renew(ATTACKER);
    bool still_inside = !has_ended(OFFENDER);
    cmrx_sleep_until(in(4000));
    outcome.recorded = false;
    return still_inside && has_ended(OFFENDER) && is_alive(DEPUTY);
}

// Its SHARED stays there until the server has returned.
static bool client_dies_and_its_server_does_not(void)
{
    start(AT_HOME, DEED_LEND_AND_DIE, 3000, 1500, 0);
    finish(AT_HOME, 10000);
    bool died = outcome.happened == FAULTS &&
                fault_is_recorded(ATTACKER, CMRX_FAULT_INSTRUCTION) &&
                outcome.fault.thread == SIBLING &&
                outcome.faulted == 1u << ATTACKER;
    bool still_inside = !has_ended(OFFENDER);
    renew_all(outcome.faulted);
    cmrx_sleep_until(in(4000));
    return died && still_inside && has_ended(OFFENDER) && is_alive(DEPUTY);
}

static bool client_and_server_die_at_once(void)
{
    start(AT_HOME, DEED_ASK_DEPUTY_BLINDLY, place(AT_OWN_SHARED), 4, 3000);
    cmrx_sleep_until(in(500));
    renew(ATTACKER);
    renew(DEPUTY);
    return has_ended(OFFENDER);
}

// ---- What dies stays dead

static bool killed_sleeper_does_not_come_back(void)
{
    start(AT_HOME, DEED_SLEEP, 2000, 0, 0);
    cmrx_sleep_until(in(500));
    renew(ATTACKER);
    return has_ended(OFFENDER) && !is_over(AT_HOME, in(4000)) &&
           has_ended(OFFENDER);
}

static bool killed_waiter_does_not_come_back(void)
{
    uint64_t result;

    start(AT_HOME, TRAP(CMRX_SYS_WAIT), 0, 0, UINT32_MAX);
    cmrx_sleep_until(in(500));
    renew(ATTACKER);
    CALL(&result, attack, commit, DEED_WAKE_FLOOD, 10, 0, 0);
    return (uint32_t)result == 0 && has_ended(OFFENDER);
}

// ---- Restarts under load, at instants that have nothing to do with it

static uint32_t random_state = 2463534242u;

static uint32_t random_below(uint32_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % bound;
}

static const struct {
    uint8_t deed;
    uint32_t a, b, c;
} loads[] = {
    { DEED_NOTHING, 1, 0, 0 },    { DEED_SLEEP, 300, 0, 0 },
    { DEED_SPIN, 12, 0, 0 },      { DEED_WAKE_FLOOD, 100, 0, 0 },
    { DEED_STORM, 300, 0, 0 },    { DEED_SLEEP, FOR_EVER, 0, 0 },
    { DEED_ASK_WHO, 0, 0, 0 },    { DEED_ASK_DEPUTY, 0x20000000, 4, 1 },
    { DEED_FILL_STACK, 0, 0, 0 }, { DEED_ASK_DEPUTY_BLINDLY, 0, 0, 200 },
};

// A visitor who had not come so far yet does it to the new one: once more.
static bool restart_once(void)
{
    enum way way = (enum way)random_below(WAYS);
    uint32_t load = random_below(sizeof loads / sizeof *loads);

    start(way, loads[load].deed, loads[load].a, loads[load].b, loads[load].c);
    cmrx_sleep_until(in(random_below(400)));
    renew(ATTACKER);
    if (way == AT_HOME || is_over(way, in(1000)))
        return true;
    renew(ATTACKER);
    return is_over(way, in(1000));
}

static bool restarts_under_load_leave_nothing(void)
{
    uint32_t count = 0;

    CALL(&count, attacker, restarts);
    for (uint32_t i = 0; i < count; i++)
        if (!restart_once())
            return false;
    cmrx_sleep_until(in(2000));
    report("  ");
    report_number(count);
    report(" restarts\n");
    return count >= 1000 && has_ended(OFFENDER) && has_ended(RUNNER);
}

#define FACT(id, name)                                                         \
    {                                                                          \
        id, #name, name                                                        \
    }

static const struct scenario table[] = {
    FACT("csv-E32", server_restarted_with_a_visitor_inside_tells_him),
    FACT("csv-E29", server_restarted_at_depth_four_tells_the_one_before),
    FACT("csv-E30",
         middle_restarted_ends_the_callees_wait_and_tells_the_caller),
    FACT("C9", two_in_the_middle_die_and_the_one_above_is_told),
    FACT("C9", all_of_a_chain_die_at_once),
    FACT("C12", stopped_server_is_closed_and_comes_back),
    FACT("csv-E5", restarted_server_is_stale_once),
    FACT("csv-E31", home_ends_while_its_thread_is_in_a_server),
    FACT("C9", client_dies_and_its_server_does_not),
    FACT("C9", client_and_server_die_at_once),
    FACT("D3", killed_sleeper_does_not_come_back),
    FACT("D3", killed_waiter_does_not_come_back),
    FACT("E1", restarts_under_load_leave_nothing),
};

SCENARIOS(scenarios_death);
