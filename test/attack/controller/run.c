// run.c - lets the attacker commit a deed, and sees what becomes of it.
//
// The controller itself never enters the attacker while it misbehaves: its
// thread `runner` does, or a thread of the attacker's own. Who does not come
// back in time is ended by restarting the attacker.

#include "controller.h"
#include "machine.h"

#define PATIENCE_US 45000u

CMRX_EVENT(fault); // the supervisor's, see attack.h

struct outcome outcome;

enum cmrx_status visit_status;
volatile uint32_t runner_stack;

static struct {
    uint32_t way, deed, a, b, c;
    void (*function)(void);
    uint64_t result;
} visit;

#define COMMIT(service)                                                        \
    CALL(&visit.result, service, commit, visit.deed, visit.a, visit.b, visit.c)

// All of its stack is its bound: attacks overflow it, and move its stack pointer.
CMRX_THREAD(runner, .stack = 4096, .bound = 4096, .priority = 12, .dormant = 1)
{
    runner_stack = (uint32_t)(uintptr_t)machine_stack();
    if (visit.way == AT_HOME)
        visit.function();
    else if (visit.way == VISITING)
        visit_status = COMMIT(attack);
    else if (visit.way == DEPTH_2)
        visit_status = COMMIT(relay_1);
    else if (visit.way == DEPTH_3)
        visit_status = COMMIT(relay_2);
    else
        visit_status = COMMIT(relay_3);
    __atomic_fetch_or(&fault, DONE, __ATOMIC_SEQ_CST);
    cmrx_wake(&fault, CMRX_WAKE_ALL);
}

// The library's cmrx_thread_status() looks at the stack, too.
bool has_ended(enum thread thread)
{
    struct cmrx_reply reply =
        cmrx_trap(CMRX_SYS_THREAD_STATUS, (uint32_t)thread, 0, 0, 0);

    return (reply.low & 0xff) == CMRX_THREAD_DORMANT;
}

// A thread that has said that it is done still has to end. It is less urgent, so a
// sleep has to leave it time: a kernel for size that checks itself takes 55 us on v6-M
// to look at the clock, to set a deadline, and to go.
static void wait_for_end(enum thread thread)
{
    for (uint32_t i = 0; i < 10 && !has_ended(thread); i++)
        cmrx_sleep_until(in(200));
}

void start(enum way way, uint32_t deed, uint32_t a, uint32_t b, uint32_t c)
{
    int32_t status;

    wait_for_end(way == AT_HOME ? OFFENDER : RUNNER);
    cmrx_event_take(&fault, DONE, 0); // of one that nobody has waited for
    outcome.faulted = 0;
    outcome.value = 0;
    if (way == AT_HOME) {
        CALL(&status, attacker, order, deed, a, b, c);
        return;
    }
    visit.way = way;
    visit.deed = deed;
    visit.a = a;
    visit.b = b;
    visit.c = c;
    visit.result = 0;
    cmrx_thread_start(CMRX_THREAD_ID(runner), 0);
}

// The event is a hint, and also says that a thread has ended: who has faulted is
// down until he is renewed.
static uint32_t faulted_of(uint32_t bits)
{
    struct cmrx_process_status status;

    for (uint32_t p = 0; p < IDLE; p++)
        if (bits >> p & 1 && (cmrx_process_status(p, &status) != CMRX_OK ||
                              status.state == CMRX_PROCESS_RUNNING))
            bits &= ~(1u << p);
    return bits & ~DONE;
}

// True when it is over, in whatever way.
bool is_over(enum way way, uint64_t deadline)
{
    uint32_t over = way == AT_HOME ? DONE | 1u << ATTACKER : DONE;
    uint32_t bits = 0;

    do {
        uint32_t more = cmrx_event_take(&fault, UINT32_MAX, deadline);
        if (more == 0)
            return false;
        uint32_t faulted = faulted_of(more);
        bits |= (more & DONE) | faulted;
        outcome.faulted |= faulted;
    } while ((bits & over) == 0);
    return true;
}

// A visitor may be inside the deputy, where only its end takes him out.
static void end_what_hangs(enum way way)
{
    renew(ATTACKER);
    if (way == AT_HOME || is_over(way, in(1000)))
        return;
    renew(DEPUTY);
    is_over(way, in(1000));
}

static enum required result_at_home(void)
{
    CALL(&outcome.value, attacker, result);
    return RETURNS;
}

static enum required result_of_visit(void)
{
    int32_t status = (int32_t)(visit.result >> 32);

    outcome.value = (uint32_t)visit.result;
    if (visit_status == CMRX_OK && status == CMRX_OK)
        return RETURNS;
    if (outcome.faulted != 0 &&
        (visit_status == CMRX_DEAD || status == CMRX_DEAD))
        return FAULTS;
    outcome.value = 0xbad00000u; // a status that no row expects
    return RETURNS;
}

void finish(enum way way, uint32_t us)
{
    if (!is_over(way, in(us))) {
        outcome.happened = way == AT_HOME && has_ended(OFFENDER) ? ENDS : HANGS;
        if (outcome.happened == HANGS)
            end_what_hangs(way);
    } else if (outcome.faulted & 1u << ATTACKER) {
        outcome.happened = FAULTS;
        if (way != AT_HOME)
            outcome.happened = result_of_visit();
    } else {
        outcome.happened =
            way == AT_HOME ? result_at_home() : result_of_visit();
    }
    outcome.faulted |= faulted_of(cmrx_event_take(&fault, ~DONE, 0));
    outcome.recorded = cmrx_fault_read(&outcome.fault) == CMRX_OK;
}

void run(enum way way, uint32_t deed, uint32_t a, uint32_t b, uint32_t c)
{
    start(way, deed, a, b, c);
    finish(way, PATIENCE_US);
}

void start_own(void (*function)(void))
{
    wait_for_end(RUNNER);
    visit.way = AT_HOME;
    visit.function = function;
    cmrx_thread_start(CMRX_THREAD_ID(runner), 0);
}

void run_own(void (*function)(void))
{
    start_own(function);
    is_over(VISITING, in(PATIENCE_US));
}

// ---- Where things are

uint32_t place(enum place place)
{
    static uint32_t known[PLACES];

    if (known[place] == 0)
        CALL(&known[place], attacker, place, place);
    return known[place];
}
