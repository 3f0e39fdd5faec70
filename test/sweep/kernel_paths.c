// kernel_paths.c - calls, returns, ends and restarts.

#include "sweep.h"

uint32_t probe_call(uint32_t word); // test/port

static enum cmrx_status status;
static uint64_t sum;
static uint32_t registers;
static int32_t inner;

// ---- A call, and the way back. The intruder wants into the same monitor.

static void call_run(void)
{
    sum = 0;
    status = cmrx_call(&sum, server, sum, 7, 11, 13, 17);
}

static bool call_is_right(void)
{
    return status == CMRX_OK && sum == (7ull << 32) + 11 + 3 * 13 + 5 * 17;
}

// ---- One that has used much of the stack

static uint32_t used;

static void large_run(void)
{
    used = 0;
    status = cmrx_call(&used, large, use, 7);
}

static bool large_is_right(void)
{
    return status == CMRX_OK && used == 15;
}

// ---- The same with a pattern in all registers

#define WORD(import, method)                                                   \
    (CMRX_SYS_CALL | CMRX_NUMBER(&(import)) << 8 |                             \
     (uint32_t)(__builtin_offsetof(struct server, method) /                    \
                sizeof(void (*)(void)))                                        \
         << 16)

static void registers_run(void)
{
    registers = probe_call(WORD(server, sum));
}

static bool registers_are_right(void)
{
    return registers == 0;
}

// ---- Lending

static struct gift got;

__attribute__((noinline)) static void lend_run(void)
{
    CMRX_LENT(struct gift, gift);

    status = cmrx_call_lending(gift, NULL, server, fill, gift, 40);
    got = *gift;
}

static bool lend_is_right(void)
{
    return status == CMRX_OK && got.word[0] == 40 && got.word[3] == 43;
}

// ---- A deadline that does not come. What is to come for it is set already.

static void bounded_run(void)
{
    sum = 0;
    status = cmrx_call_until(CMRX_FOREVER, &sum, server, sum, 7, 11, 13, 17);
}

// ---- One that comes about when the interrupt does

static uint64_t deadline, back_at;
static uint32_t napped;

static void late_run(void)
{
    napped = 0;
    deadline = cmrx_time_now() + 60;
    status = cmrx_call_until(deadline, &napped, server, nap);
    back_at = cmrx_time_now();
}

// It was inside, or at the gate, or had not begun.
static bool late_is_right(void)
{
    bool was_in = status == CMRX_OK && napped == (uint32_t)CMRX_CANCELLED;
    bool was_not = status == CMRX_TIMEOUT && napped == 0;

    return (was_in || was_not) && back_at >= deadline &&
           back_at < deadline + 500;
}

// ---- A deadline, while somebody else is in the monitor

#define LEEWAY 150u // us: what intruder and visitor have to do until it is out

static uint32_t entered, entered_before;
static enum cmrx_status visit_status, prepared;
static uint64_t freed_at;
static CMRX_SHARED volatile uint32_t is_free; // to leave

// Less urgent than the path.
CMRX_THREAD(visitor, .stack = CMRX_AUTO, .priority = 4, .dormant = 1)
{
    visit_status = cmrx_call(NULL, server, work, &is_free);
}

// It is in the monitor when the path begins. The deadline of the last time has
// passed, so that it is set anew.
static void visit_prepare(uint32_t free)
{
    static struct cmrx_thread_status visitor_now;

    cmrx_sleep_until(deadline + 100);
    is_free = free;
    prepared = cmrx_thread_start(CMRX_THREAD_ID(visitor), 0);
    cmrx_call(NULL, back, meet);
    prepared |= cmrx_thread_status(CMRX_THREAD_ID(visitor), &visitor_now);
    if (visitor_now.process != SERVER || visitor_now.priority != 4)
        prepared = CMRX_INVALID;
    for (volatile uint32_t i = 100; i > 0; i--)
        continue;
}

static void enter_within(uint32_t us)
{
    deadline = cmrx_time_now() + us;
    entered = 0;
    status = cmrx_call_until(deadline, &entered, server, enter);
    back_at = cmrx_time_now();
}

// The method has run once, or not at all, and who called knows which. After that
// nobody is in the monitor, and none queues.
static bool visit_is_right(bool was_let_in)
{
    uint32_t expected = entered_before + 1;

    if (prepared != CMRX_OK || entered != (was_let_in ? expected++ : 0) ||
        cmrx_call_until(cmrx_time_now() + 1000, &entered_before, server,
                        enter) != CMRX_OK)
        return false;
    cmrx_thread_join(CMRX_THREAD_ID(visitor), NULL, CMRX_FOREVER);
    return entered_before == expected && visit_status == CMRX_OK;
}

// It queues, lends its priority, is let in and returns, long before its deadline.
static void handed_prepare(void)
{
    visit_prepare(1);
}

static void handed_run(void)
{
    enter_within(1000);
}

static bool handed_is_right(void)
{
    return status == CMRX_OK && visit_is_right(true);
}

// The intruder lets the visitor go. So it is let in soon after, or its deadline
// passes, be it that it queues, or has not come so far: what is first. The deadline is
// a little later than it is back when the visitor may go at once.
#define INTRUSION 30u // us

static uint32_t usual;

static void queued_prepare(void)
{
    if (usual == 0) {
        visit_prepare(1);
        enter_within(1000);
        usual = (uint32_t)(back_at - (deadline - 1000));
        visit_is_right(true);
    }
    visit_prepare(0);
}

static void queued_run(void)
{
    enter_within(usual + INTRUSION);
}

static void queued_intrude(void)
{
    freed_at = cmrx_time_now();
    is_free = 1;
}

static bool queued_is_right(void)
{
    bool was_let_in = status == CMRX_OK;

    if (was_let_in ? freed_at >= deadline
                   : status != CMRX_TIMEOUT || freed_at + LEEWAY < deadline ||
                         back_at < deadline || back_at >= deadline + 500)
        return false;
    return visit_is_right(was_let_in);
}

// ---- A server that is left by force, and mends itself

static uint32_t visited, victim_faults;

// In that time it is inside on every board: 45 us were over before on v6-M.
static void mended_run(void)
{
    deadline = cmrx_time_now() + 60;
    status = cmrx_call_until(deadline, NULL, victim, outlive);
    back_at = cmrx_time_now();
}

// So long has the intruder, who is more urgent, before somebody is left by force
// (kernel/late.c).
#define PUT_OFF 100u

// It was left there, or has not come so far. By the visits it is not a new one.
static bool mended_is_right(void)
{
    static struct cmrx_fault fault;
    struct cmrx_process_status now;
    uint32_t before = visited, faults_before = victim_faults;

    if (status != CMRX_TIMEOUT || back_at < deadline ||
        back_at >= deadline + 500 + PUT_OFF ||
        cmrx_call(&visited, victim, visits) != CMRX_OK ||
        cmrx_process_status(VICTIM, &now) != CMRX_OK)
        return false;
    victim_faults = now.faults;
    bool was_left = cmrx_fault_read(&fault) == CMRX_OK;
    bool is_recorded =
        fault.process == VICTIM && fault.kind == CMRX_FAULT_OVERTIME;
    return visited == before + 1 && now.state == CMRX_PROCESS_RUNNING &&
           now.faults == faults_before + was_left && (!was_left || is_recorded);
}

// ---- Two levels

static void chain_run(void)
{
    inner = 1;
    status = cmrx_call(&inner, server, through, 0);
}

static bool chain_is_right(void)
{
    return status == CMRX_OK && inner == CMRX_OK;
}

// ---- A fault, and unwinding

// As after the start, and everybody knows.
static void victim_renew(void)
{
    uint32_t visits;

    cmrx_process_restart(VICTIM);
    if (cmrx_call(&visits, victim, visits) == CMRX_STALE)
        cmrx_call(&visits, victim, visits);
    cmrx_call(&inner, server, through, 0);
}

static void fault_run(void)
{
    status = cmrx_call(NULL, victim, die);
}

static struct cmrx_fault fault;

static bool fault_is_recorded(void)
{
    return cmrx_fault_read(&fault) == CMRX_OK && fault.lost == 0 &&
           fault.process == VICTIM;
}

static bool fault_is_right(void)
{
    return status == CMRX_DEAD && fault_is_recorded() &&
           fault.kind == CMRX_FAULT_INSTRUCTION &&
           cmrx_call(NULL, victim, die) == CMRX_CLOSED;
}

static void fault_deep_run(void)
{
    status = cmrx_call(&inner, server, through, 1);
}

static bool fault_deep_is_right(void)
{
    return status == CMRX_OK && inner == CMRX_DEAD && fault_is_recorded() &&
           (fault.kind == CMRX_FAULT_INSTRUCTION ||
            fault.kind == CMRX_FAULT_STATE);
}

// ---- A restart. The intruder calls whom it restarts.

static uint32_t generation, visits_before, visits_seen;
static enum cmrx_status intruder_status;

static uint32_t victim_generation(void)
{
    struct cmrx_process_status process;

    cmrx_process_status(VICTIM, &process);
    return process.generation;
}

static void restart_prepare(void)
{
    victim_renew();
    generation = victim_generation();
    cmrx_call(&visits_before, victim, visits);
}

static void restart_run(void)
{
    status = cmrx_process_restart(VICTIM);
}

static void restart_intrude(void)
{
    intruder_status = cmrx_call(&visits_seen, victim, visits);
}

// The intruder was there before, or was told.
static bool restart_is_right(void)
{
    bool intruder_is_right =
        intruder_status == CMRX_STALE ||
        (intruder_status == CMRX_OK && visits_seen == visits_before + 1);
    uint32_t visits = 0;
    enum cmrx_status next = cmrx_call(&visits, victim, visits);

    if (next == CMRX_STALE)
        next = cmrx_call(&visits, victim, visits);
    return status == CMRX_OK && intruder_is_right && next == CMRX_OK &&
           visits == 1 && victim_generation() == generation + 1;
}

// ---- The end of a process in which the intruder is not

static void stop_run(void)
{
    status = cmrx_process_stop(VICTIM);
}

static bool stop_is_right(void)
{
    return status == CMRX_OK && cmrx_call(NULL, victim, die) == CMRX_CLOSED;
}

const struct path kernel_paths[] = {
    { "call", NULL, call_run, NULL, call_is_right, 0, 0 },
    { "large", NULL, large_run, NULL, large_is_right, 0, 0 },
    { "registers", NULL, registers_run, NULL, registers_are_right, 0, 0 },
    { "bounded", bounded_run, bounded_run, NULL, call_is_right, 0, 0 },
    { "late", NULL, late_run, NULL, late_is_right, 8000, 1400 },
    { "handed", handed_prepare, handed_run, NULL, handed_is_right, 0, 0 },
    { "queued", queued_prepare, queued_run, queued_intrude, queued_is_right, 0,
      1 },
    { "mended", NULL, mended_run, NULL, mended_is_right, 0, 1 },
    { "lend", NULL, lend_run, NULL, lend_is_right, 0, 0 },
    { "chain", victim_renew, chain_run, NULL, chain_is_right, 0, 0 },
    { "fault", victim_renew, fault_run, NULL, fault_is_right, 0, 0 },
    { "fault_deep", victim_renew, fault_deep_run, NULL, fault_deep_is_right, 0,
      0 },
    { "restart", restart_prepare, restart_run, restart_intrude,
      restart_is_right, 0, 0 },
    { "stop", victim_renew, stop_run, NULL, stop_is_right, 0, 0 },
};
const uint32_t kernel_paths_count =
    sizeof kernel_paths / sizeof kernel_paths[0];
