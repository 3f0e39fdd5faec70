// judge.c - after every case: is everybody else as before?

#include "machine.h"
#include "rows.h"

static struct cmrx_process_status status;
static struct cmrx_fault extra;
uint16_t generations[PROCESSES];
static uint32_t faults[PROCESSES];
static uint32_t late_known, wakes_known;
static uint64_t since; // the bystander's wakes are counted

// ---- What is known to have happened

static void bystander_known(void)
{
    CALL(&late_known, bystander, late);
    CALL(&wakes_known, bystander, wakes);
    since = cmrx_time_now();
}

void judge_init(void)
{
    for (uint32_t p = 0; p < PROCESSES; p++)
        generations[p] = 1;
    for (uint32_t p = 0; p < PLACES; p++)
        place((enum place)p); // while the attacker is there to ask
    bystander_known();
}

void note_restart(enum process process)
{
    generations[process]++;
}

void renew(enum process process)
{
    cmrx_process_restart(process);
    note_restart(process);
}

void renew_all(uint32_t processes)
{
    for (uint32_t p = 0; p < PROCESSES; p++)
        if (processes >> p & 1) {
            faults[p]++;
            renew((enum process)p);
        }
}

// After a case that went wrong: take everything as it is now.
void judge_anew(void)
{
    for (uint32_t p = 0; p < IDLE; p++) {
        cmrx_process_status(p, &status);
        if (status.state != CMRX_PROCESS_RUNNING || p == ATTACKER)
            cmrx_process_restart(p);
        cmrx_process_status(p, &status);
        generations[p] = (uint16_t)status.generation;
        faults[p] = status.faults;
    }
    is_over(VISITING, in(2000));
    while (cmrx_fault_read(&extra) == CMRX_OK)
        continue;
    bystander_known();
}

// ---- What must hold always

static const char *process_is_wrong(enum process p)
{
    if (cmrx_process_status(p, &status) != CMRX_OK)
        return "a process cannot be looked at";
    if (status.state != CMRX_PROCESS_RUNNING)
        return "another process does not run";
    if (status.generation != generations[p])
        return "another process was restarted";
    if (status.faults != faults[p])
        return "another process has faulted";
    return NULL;
}

static const char *bystander_is_wrong(void)
{
    uint32_t late = 0, wakes = 0;
    bool whole = false;

    CALL(&whole, bystander, is_unharmed);
    CALL(&late, bystander, late);
    CALL(&wakes, bystander, wakes);
    uint32_t due = (uint32_t)(cmrx_time_now() - since) / 1000;
    uint32_t done = wakes - wakes_known;
    bool in_time = late == late_known && done + 1 >= due && due + 1 >= done;
    if (!in_time)
        bystander_known(); // the next case is another one
    if (!in_time)
        return "the bystander came too late";
    return whole ? NULL : "memory of the bystander has changed";
}

static const char *victim_is_wrong(void)
{
    bool whole = false;

    if (CALL(&whole, victim, is_unharmed) != CMRX_OK)
        return "the victim does not answer";
    return whole ? NULL : "memory of the victim has changed";
}

// No privilege, no exception active, and nothing of the system's to be seen.
static const char *privilege_is_wrong(void)
{
    run(VISITING, DEED_LOOK, 0, 0, 0);
    if (outcome.happened != RETURNS || outcome.value != 3)
        return "the attacker has privilege";
    run(VISITING, DEED_READ, MACHINE_SECRET, 0, 0);
    renew_all(outcome.faulted);
    if (outcome.happened != FAULTS || outcome.fault.kind != MACHINE_SECRET_KIND)
        return "the attacker reads system registers";
    return NULL;
}

// After YIELD the kernel looks at itself (attack.py), which takes longer than
// anything it does: here it makes nobody late, as the bystander has just been awake.
static void kernel_looks(void)
{
    uint64_t next = 0;

    CALL(&next, bystander, next_wake);
    cmrx_sleep_until(next + 20);
    cmrx_thread_yield();
}

const char *what_is_wrong(void)
{
    const char *wrong = NULL;

    if (cmrx_fault_read(&extra) != CMRX_BUSY)
        return "there is one record too many";
    for (uint32_t p = 0; p < PROCESSES && wrong == NULL; p++)
        wrong = process_is_wrong((enum process)p);
    if (wrong == NULL)
        wrong = privilege_is_wrong();
    if (wrong == NULL)
        wrong = victim_is_wrong();
    kernel_looks();
    return wrong != NULL ? wrong : bystander_is_wrong();
}

// ---- The record of a fault

static const char *chain_is_wrong(const struct cmrx_fault *fault, enum way way,
                                  bool beyond)
{
    static const uint8_t relays[] = { RELAY_1, RELAY_2, RELAY_3 };
    uint32_t n = 0, levels = (uint32_t)way + beyond;

    if (fault->levels != levels || fault->depth != levels)
        return "the record has another depth";
    if (beyond && fault->chain[n++].process != ATTACKER)
        return "the record names another caller";
    for (uint32_t i = 0; n + 1 < levels; i++, n++)
        if (fault->chain[n].process != relays[i])
            return "the record names another between";
    if (way != AT_HOME && fault->chain[n].process != CONTROLLER)
        return "the record names another origin";
    return NULL;
}

// Where the deed was done: in the attacker's code, unless it was to jump away.
static bool pc_is_right(const struct cmrx_fault *fault)
{
    return (fault->flags & CMRX_FAULT_HAS_FRAME) == 0 ||
           fault->kind == CMRX_FAULT_EXECUTE ||
           fault->kind == CMRX_FAULT_STATE ||
           (fault->pc >= place(AT_OWN_CODE) &&
            fault->pc < place(AT_OWN_CODE_END));
}

static const char *who_is_wrong(const struct cmrx_fault *fault,
                                enum process culprit, enum way way)
{
    if (!outcome.recorded || fault->lost != 0)
        return outcome.recorded ? "there were more faults" : "no record";
    if (fault->process != culprit)
        return "the record names another process";
    if (fault->thread != (way == AT_HOME ? OFFENDER : RUNNER))
        return "the record names another thread";
    if (fault->generation != generations[culprit])
        return "the record names another generation";
    if (culprit == ATTACKER && !pc_is_right(fault))
        return "the record names another function";
    return chain_is_wrong(fault, way, culprit != ATTACKER);
}

static bool is_kind(const struct cmrx_fault *fault, uint32_t kind)
{
    if (kind == POINTER_OR_STACK)
        return fault->kind == CMRX_FAULT_POINTER ||
               fault->kind == CMRX_FAULT_STACK;
    return kind == ANY_KIND || fault->kind == kind;
}

static const char *fault_is_wrong(const struct row *row, enum way way,
                                  uint32_t target)
{
    const struct cmrx_fault *fault = &outcome.fault;
    enum process culprit = row->culprit ? row->culprit : ATTACKER;
    const char *wrong = who_is_wrong(fault, culprit, way);
    uint32_t where =
        fault->flags & CMRX_FAULT_HAS_ADDRESS ? fault->address : fault->pc;

    if (wrong != NULL)
        return wrong;
    if (outcome.faulted != 1u << culprit)
        return "another process has faulted";
    if (!is_kind(fault, row->kind))
        return "the fault is of another kind";
    if (row->at != ANYWHERE && where != target + (uint32_t)row->at)
        return "the fault is said to be elsewhere";
    return NULL;
}

bool fault_is_recorded(enum process process, enum cmrx_fault_kind kind)
{
    return outcome.recorded && outcome.fault.process == process &&
           outcome.fault.kind == kind && outcome.fault.lost == 0;
}

// ---- A row

const char *what_is_wrong_with(const struct row *row, enum way way,
                               uint32_t target)
{
    enum required happened = outcome.happened;

    if (row->required == FAULTS && row->culprit != 0 && outcome.recorded)
        happened = FAULTS;
    if (row->required == SURVIVED)
        return outcome.recorded == (outcome.faulted != 0) &&
                       (outcome.faulted & ~(1u << ATTACKER)) == 0
                   ? NULL
                   : "fault and record do not agree";
    if (row->required == REFUSED)
        return happened == RETURNS && (int32_t)outcome.value < 0 &&
                       (int32_t)outcome.value >= CMRX_LOOP
                   ? NULL
                   : "not refused";
    if (happened != (enum required)row->required)
        return "it ended otherwise";
    if (happened == FAULTS)
        return fault_is_wrong(row, way, target);
    if (outcome.recorded || outcome.faulted)
        return "somebody has faulted";
    if (happened == RETURNS && outcome.value != row->value)
        return "it returned another value";
    return NULL;
}
