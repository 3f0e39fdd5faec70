// wards.c - looking after the processes of the table.
//
// A look asks the kernel what has become of a process, lets policy.c decide, and
// does it. What it finds is all that counts, not how often it was told: a bit
// stands for one process or several, for one end or many.
//
// Who is in a group has a ward of its own, for `held`; failures and times are those
// of the ward of the group, which leads. Who is in none leads itself.

#include "wards.h"
#include "supervisor.h"

#include <cmrx/cmrx.h>
#include <cmrx/info_find.h>

#define NOBODY UINT32_MAX

static const struct supervised *rows(void)
{
    return (const struct supervised *)(const void *)cmrx_rows;
}

static const struct supervised *rows_end(void)
{
    return (const struct supervised *)(const void *)cmrx_rows_end;
}

// ---- Who

static uint32_t number_of(const struct supervised *row, const struct ward *ward)
{
    if (row->policy.of == SUPERVISED_PROCESS)
        return CMRX_NUMBER(row->process);
    if (row->policy.of == SUPERVISED_OTHERS && ward->process > 0)
        return ward->process - 1u;
    return NOBODY;
}

static const struct policy *policy_of(const struct supervised *row)
{
    return row->policy.group != NULL ? &row->policy.group->policy
                                     : &row->policy;
}

static struct ward *lead_of(const struct supervised *row, struct ward *ward)
{
    return row->policy.group != NULL ? row->policy.group->wards : ward;
}

static const struct supervised *find(uint32_t process, struct ward **ward)
{
    for (const struct supervised *row = rows(); row < rows_end(); row++) {
        for (uint32_t n = 0; n < row->ward_count; n++) {
            *ward = &row->wards[n];
            if (number_of(row, *ward) == process)
                return row;
        }
    }
    return NULL;
}

const struct policy *wards_find(uint32_t process, const struct ward **ward)
{
    struct ward *own;
    const struct supervised *row = find(process, &own);

    if (row == NULL)
        return NULL;
    *ward = lead_of(row, own);
    return policy_of(row);
}

// ---- Heartbeats

static void heart_arm(const struct supervised *row, uint32_t generation,
                      uint32_t now)
{
    row->heart->due = now + row->heartbeat_ms * 1000u;
    row->heart->generation = (uint16_t)generation;
    // What one that is gone has posted does not count.
    __atomic_store_n(row->heartbeat, 0, __ATOMIC_RELAXED);
}

static void heart_stop(const struct supervised *row, bool is_ill)
{
    if (row->heart == NULL)
        return;
    row->heart->generation = 0;
    row->heart->ill = is_ill;
    __atomic_store_n(row->heartbeat, 0, __ATOMIC_RELAXED);
}

static bool heart_is_due(const struct supervised *row, uint32_t now)
{
    return row->heart != NULL && (row->heart->generation == 0 ||
                                  (int32_t)(now - row->heart->due) >= 0);
}

// It is due, and the process runs. False when nothing was heard.
static bool heart_was_heard(const struct supervised *row, uint32_t generation,
                            uint32_t now)
{
    struct heart *heart = row->heart;

    if (heart->generation != (uint16_t)generation) {
        heart_arm(row, generation, now); // somebody has started it
        return true;
    }
    if (__atomic_exchange_n(row->heartbeat, 0, __ATOMIC_RELAXED) == 0)
        return false;
    heart->ill = 0;
    heart->due += row->heartbeat_ms * 1000u;
    if (heart_is_due(row, now)) // we are late ourselves
        heart->due = now + row->heartbeat_ms * 1000u;
    return true;
}

bool wards_are_well(void)
{
    for (const struct supervised *row = rows(); row < rows_end(); row++) {
        // One that is heard again need not wait until it is due.
        if (row->heart != NULL && row->heart->ill != 0 && *row->heartbeat == 0)
            return false;
    }
    return true;
}

// ---- Doing. Each of these is for all that fail together.

static bool fails_with(const struct supervised *row, struct ward *ward,
                       const struct ward *lead)
{
    return lead_of(row, ward) == lead && number_of(row, ward) != NOBODY;
}

static bool has_state(uint32_t process, uint32_t state)
{
    struct cmrx_process_status status;

    return cmrx_process_status(process, &status) == CMRX_OK &&
           status.state == state;
}

// It is up: its threads run, also if nobody may call it (it is dirty).
static bool is_up(uint32_t process)
{
    struct cmrx_process_status status;

    return cmrx_process_status(process, &status) == CMRX_OK &&
           status.state >= CMRX_PROCESS_RUNNING;
}

// `also` those that somebody else has stopped.
static void hold(const struct ward *lead, bool also)
{
    for (const struct supervised *row = rows(); row < rows_end(); row++) {
        for (uint32_t n = 0; n < row->ward_count; n++) {
            struct ward *ward = &row->wards[n];

            if (!fails_with(row, ward, lead))
                continue;
            uint32_t process = number_of(row, ward);
            bool runs = is_up(process);
            if (runs)
                cmrx_process_stop(process);
            if (runs || also)
                ward->held = 1;
        }
    }
}

static void start(const struct supervised *row, struct ward *ward, uint32_t now)
{
    uint32_t process = number_of(row, ward);
    struct cmrx_process_status status;
    bool was_held = ward->held != 0;

    ward->held = 0;
    if (cmrx_process_status(process, &status) != CMRX_OK)
        return;
    // If it runs, or was stopped by others meanwhile, they have decided.
    if (status.state != CMRX_PROCESS_FAULTED &&
        !(was_held && status.state == CMRX_PROCESS_STOPPED))
        return;
    // Armed first: what it posts as it starts counts.
    if (row->heart != NULL)
        heart_arm(row, status.generation % 0xffffu + 1, now);
    cmrx_process_restart(process);
}

static void start_all(struct ward *lead, uint32_t now)
{
    lead->state = WARD_QUIET;
    for (const struct supervised *row = rows(); row < rows_end(); row++) {
        for (uint32_t n = 0; n < row->ward_count; n++) {
            if (fails_with(row, &row->wards[n], lead))
                start(row, &row->wards[n], now);
        }
    }
}

static void give_up(const struct ward *lead)
{
    for (const struct supervised *row = rows(); row < rows_end(); row++) {
        for (uint32_t n = 0; n < row->ward_count; n++) {
            if (!fails_with(row, &row->wards[n], lead))
                continue;
            row->wards[n].held = 0;
            heart_stop(row, false);
            cmrx_process_stop(number_of(row, &row->wards[n]));
        }
    }
}

// The product's own, if its table has one.
__attribute__((weak)) enum supervise_restart supervise_ask(uint32_t process,
                                                           uint32_t failures)
{
    (void)process;
    (void)failures;
    return SUPERVISE_NEVER;
}

static unsigned how_to_start(const struct policy *policy, struct ward *lead,
                             uint32_t process, uint32_t now)
{
    if (policy->restart != SUPERVISE_ASK)
        return policy->restart;
    policy_age(policy, lead, now);
    return supervise_ask(process, lead->failures + 1u);
}

static __attribute__((noinline)) void do_then(const struct policy *policy,
                                              uint32_t process)
{
    policy->then(process);
}

CMRX_CALLS_ROWS(do_then);

static void failed(const struct supervised *row, struct ward *ward,
                   uint32_t now)
{
    const struct policy *policy = policy_of(row);
    struct ward *lead = lead_of(row, ward);

    heart_stop(row, true);
    if (lead->state == WARD_GIVEN_UP) { // and then somebody has started it
        lead->state = WARD_QUIET;
        lead->failures = 0;
    }
    unsigned how = how_to_start(policy, lead, number_of(row, ward), now);
    enum verdict verdict = policy_failed(policy, how, lead, now);
    if (verdict == VERDICT_THEN)
        do_then(policy, number_of(row, ward));
    // Without the right to reset, this is what is left.
    if (verdict != VERDICT_START) {
        give_up(lead);
        return;
    }
    hold(lead, false);
    if (lead->due == now)
        start_all(lead, now);
}

// ---- Looking

// None of its threads is left, and its row says that this is a failure.
static bool has_ended(const struct supervised *row, uint32_t process)
{
    const struct cmrx_info_process *about =
        cmrx_info_process_at(&cmrx_info, process);
    struct cmrx_thread_status status;

    if (row->policy.must_run == 0 || about == NULL)
        return false;
    for (uint32_t n = 0; n < about->thread_count; n++) {
        if (cmrx_thread_status(about->first_thread + n, &status) != CMRX_OK ||
            status.state != CMRX_THREAD_DORMANT)
            return false;
    }
    return true;
}

static void look_at(const struct supervised *row, struct ward *ward,
                    uint32_t bits, uint32_t now)
{
    uint32_t process = number_of(row, ward);
    struct cmrx_process_status status;
    bool is_told = process != NOBODY && (bits >> process % 32 & 1) != 0;

    if (!is_told && !(process != NOBODY && heart_is_due(row, now)))
        return;
    if (cmrx_process_status(process, &status) != CMRX_OK)
        return;
    if (status.state == CMRX_PROCESS_FAULTED) {
        if (lead_of(row, ward)->state != WARD_PENDING)
            failed(row, ward, now);
    } else if (status.state < CMRX_PROCESS_RUNNING) {
        heart_stop(row, row->heart != NULL && row->heart->ill != 0);
    } else if (is_told && has_ended(row, process)) {
        wards_record(SUPERVISOR_ENDED, process, status.generation);
        failed(row, ward, now);
    } else if (heart_is_due(row, now) &&
               !heart_was_heard(row, status.generation, now)) {
        wards_record(SUPERVISOR_MISSED, process, status.generation);
        failed(row, ward, now);
    }
}

static void claim(uint32_t process)
{
    for (const struct supervised *row = rows(); row < rows_end(); row++) {
        if (row->policy.of != SUPERVISED_OTHERS)
            continue;
        for (uint32_t n = 0; n < row->ward_count; n++) {
            if (row->wards[n].process == 0) {
                row->wards[n].process = (uint8_t)(process + 1);
                return;
            }
        }
    }
    cmrx_process_stop(process);
}

// Those without a row, when they fail for the first time.
static void claim_others(uint32_t bits)
{
    struct ward *ward;

    for (uint32_t n = 0; n < cmrx_info.process_count; n++) {
        if ((bits >> n % 32 & 1) != 0 && has_state(n, CMRX_PROCESS_FAULTED) &&
            find(n, &ward) == NULL)
            claim(n);
    }
}

static uint32_t earlier(uint32_t one, uint32_t other)
{
    return one < other ? one : other;
}

static void start_who_is_due(const struct supervised *row, uint32_t now)
{
    for (uint32_t n = 0; n < row->ward_count; n++) {
        struct ward *ward = &row->wards[n];

        if (ward->state == WARD_PENDING && (int32_t)(now - ward->due) >= 0)
            start_all(ward, now);
        policy_age(&row->policy, ward, now);
    }
}

// In how many microseconds there is more to do of it.
static uint32_t next_of(const struct supervised *row, uint32_t now)
{
    uint32_t next = UINT32_MAX;

    if (row->heart != NULL && row->heart->generation != 0)
        next = heart_is_due(row, now) ? 0 : row->heart->due - now;
    for (uint32_t n = 0; n < row->ward_count; n++)
        next = earlier(next, policy_next(&row->policy, &row->wards[n], now));
    return next;
}

uint32_t wards_look(uint32_t bits, uint32_t now)
{
    uint32_t next = UINT32_MAX;

    if (bits != 0)
        claim_others(bits);
    for (const struct supervised *row = rows(); row < rows_end(); row++) {
        for (uint32_t n = 0; n < row->ward_count; n++)
            look_at(row, &row->wards[n], bits, now);
    }
    for (const struct supervised *row = rows(); row < rows_end(); row++)
        start_who_is_due(row, now);
    // Only now: what was started has a heartbeat that is due.
    for (const struct supervised *row = rows(); row < rows_end(); row++)
        next = earlier(next, next_of(row, now));
    return next;
}

bool wards_restart(uint32_t process, uint32_t now)
{
    struct ward *ward;
    const struct supervised *row = find(process, &ward);

    if (row == NULL)
        return cmrx_process_restart(process) == CMRX_OK;
    struct ward *lead = lead_of(row, ward);
    lead->failures = 0;
    hold(lead, true);
    start_all(lead, now);
    return true;
}
