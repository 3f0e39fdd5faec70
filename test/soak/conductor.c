// conductor.c - ends, restarts and hurts the others at random, and when enough has
// happened asks whether anything was lost, or is left.
//
// Ends the system with a number of enum wrong.

#include "report.h"
#include "soak.h"

CMRX_USE(struct ledger, ledger);
CMRX_USE(struct books, books);
CMRX_USE(struct victim, box_victim);
CMRX_USE(struct victim, relay_victim);
CMRX_EVENT(fault);

#define THREADS_MAX 16u
#define ALL_MORTALS ((1u << MORTALS) - 1)
#define QUIET_US    400000u
#define ALL_SENDERS (1u << 0 | 1u << 1 | 1u << 2 | 1u << 3 | 1u << 4)

static uint32_t down; // processes that were stopped or have faulted, a bit each
static uint32_t generations[MORTALS], records;
static struct cmrx_fault record;

static uint32_t count(enum count what)
{
    uint32_t n = 0;

    cmrx_call(&n, books, count, what);
    return n;
}

static void note(enum count what)
{
    cmrx_call(NULL, ledger, note, what);
}

// ---- Ends and starts

static void look_for_faults(uint64_t until)
{
    uint32_t bits = cmrx_event_take(&fault, UINT32_MAX, until);

    down |= bits;
    for (; bits != 0; bits &= bits - 1)
        note(FAULTS);
    while (cmrx_fault_read(&record) == CMRX_OK)
        records += 1 + record.lost;
}

static void start(uint32_t p)
{
    // What it has done to itself up to now is known, or it would not be counted.
    look_for_faults(0);
    cmrx_process_restart(p);
    generations[p]++;
    down &= ~(1u << p);
    note(RESTARTS);
}

static void revive(uint32_t chosen)
{
    for (uint32_t p = 0; p < MORTALS; p++)
        if (down & chosen & 1u << p)
            start(p);
}

static void end_somebody(uint32_t random)
{
    uint32_t p = random % MORTALS;

    if ((random >> 8) % 4 == 0) {
        look_for_faults(0);
        cmrx_process_stop(p);
        down |= 1u << p;
    } else {
        start(p);
    }
}

static void hurt_somebody(uint32_t random)
{
    uint32_t how = random % HURTS, after = 1 + (random >> 8) % 8;

    if ((random >> 16) & 1)
        cmrx_call_until(in(1000), NULL, box_victim, hurt, how, after);
    else
        cmrx_call_until(in(1000), NULL, relay_victim, hurt, how, after);
}

static void conduct(uint32_t wanted)
{
    while (count(EVENTS) < wanted) {
        uint32_t random = 0;
        cmrx_call(&random, ledger, chance);
        look_for_faults(in(200 + random % 4096));
        revive(random >> 16);
        if ((random >> 12) % 8 == 0)
            end_somebody(random >> 16);
        else if ((random >> 12) % 8 < 3)
            hurt_somebody(random >> 8);
    }
}

// ---- The end

// Receivers still get what is in there, of senders that have died, too; they end in
// the midst of it as before.
static void drain(void)
{
    for (uint32_t quiet = 0; quiet < 20; quiet++) {
        uint32_t before = count(RECEIVED) + count(AGAIN);
        look_for_faults(in(1000));
        if (down != 0 || count(RECEIVED) + count(AGAIN) != before)
            quiet = 0;
        revive(ALL_MORTALS);
    }
}

static enum wrong come_to_rest(void)
{
    uint64_t end = in(QUIET_US);
    uint32_t resting = 0;

    cmrx_call(NULL, books, close);
    while (resting != ALL_SENDERS && cmrx_time_now() < end) {
        look_for_faults(in(1000));
        revive(ALL_MORTALS);
        // They may have been closed, or not have known it yet.
        cmrx_call(NULL, box_victim, hurt, 0, 0);
        cmrx_call(NULL, relay_victim, hurt, 0, 0);
        cmrx_call(&resting, books, resting);
    }
    drain();
    return resting == ALL_SENDERS ? NOTHING_WRONG : HANGS;
}

static enum wrong processes_wrong(void)
{
    struct cmrx_process_status status;
    uint32_t faults = 0;

    for (uint32_t p = 0; p <= IDLE; p++) {
        cmrx_process_status(p, &status);
        faults += status.faults;
        uint32_t known = p < MORTALS ? generations[p] : 0;
        if (status.generation != known + 1 ||
            status.state != CMRX_PROCESS_RUNNING)
            return GENERATIONS;
    }
    return faults == record.sequence + record.lost && faults == records &&
                   faults == count(FAULTS)
               ? NOTHING_WRONG
               : RECORDS;
}

// ---- Threads, as they are while nobody does anything

static uint32_t at_start[THREADS_MAX];

// Its state, process and depth; 0: there is none. (The priority of one that does not
// run means nothing: it is set when it begins.)
static uint32_t look_at(uint32_t thread)
{
    struct cmrx_reply reply =
        cmrx_trap(CMRX_SYS_THREAD_STATUS, thread, 0, 0, 0);

    return reply.status == CMRX_OK ? (reply.low & 0xffff00ff) | 0x100 : 0;
}

static void remember_threads(void)
{
    for (uint32_t t = 0; t < THREADS_MAX; t++)
        at_start[t] = look_at(t);
}

static enum wrong threads_wrong(void)
{
    for (uint32_t p = 0; p < MORTALS; p++) {
        cmrx_process_stop(p);
        generations[p]++;
    }
    for (uint32_t t = 0; t < THREADS_MAX; t++)
        if (look_at(t) != at_start[t])
            return LEFT_OVER;
    return NOTHING_WRONG;
}

static enum wrong events_wrong(void)
{
    for (uint32_t what = 0; what < COUNTS; what++)
        if (count((enum count)what) < 20)
            return UNEVENTFUL;
    return NOTHING_WRONG;
}

static const char *const names[COUNTS] = {
    "calls",   "deadlines", "interrupts", "priorities", "faults",  "restarts",
    "events",  "offered",   "accepted",   "refused",    "unknown", "received",
    "settled", "again",     "told",       "open",       "lives",
};

static void say(enum wrong wrong)
{
    report("milliseconds ");
    report_number((uint32_t)(cmrx_time_now() / 1000));
    report("\n");
    for (uint32_t what = 0; what < COUNTS; what++) {
        report(names[what]);
        report(" ");
        report_number(count((enum count)what));
        report("\n");
    }
    report("wrong ");
    report_number(wrong);
    report("\n");
    cmrx_system_halt(wrong);
}

static enum wrong judge(void)
{
    uint32_t wrong = come_to_rest();

    if (wrong == NOTHING_WRONG)
        wrong = processes_wrong();
    if (wrong == NOTHING_WRONG)
        cmrx_call(&wrong, books, judge);
    if (wrong == NOTHING_WRONG)
        wrong = threads_wrong();
    return wrong != NOTHING_WRONG ? (enum wrong)wrong : events_wrong();
}

CMRX_THREAD(main, .stack = CMRX_AUTO, .priority = 28)
{
    uint32_t wanted = 0;

    cmrx_call(&wanted, books, wanted);
    if (wanted == 0)
        say(NO_PARAMETERS);
    for (uint32_t p = 0; p < MORTALS; p++)
        cmrx_process_stop(p);
    remember_threads();
    for (uint32_t p = 0; p < MORTALS; p++)
        start(p);
    conduct(wanted);
    say(judge());
}
