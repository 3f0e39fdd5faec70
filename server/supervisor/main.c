// main.c - the supervisor: brings processes back, and says what happened.
//
// Restarting depends on nobody: the thread `watch` calls no other process. The
// thread `voice` speaks, after it. The console, or what it speaks through, may
// be what has failed, or may not come back; then only the voice is silent, and
// what was not taken is said again later.
//
// Nobody is in the monitor: who loops in here must not keep others from asking
// for a restart, of the supervisor too. What threads and methods share is under
// `policies_mutex` and `records_mutex`, held for a moment only, and
// `voice_mutex`, held while speaking.

#include "explain.h"
#include "policy.h"
#include "supervisor.h"
#include "../again.h"
#include "../console/console.h"

#include <cmrx/cmrx.h>
#include <cmrx/format.h>
#include <cmrx/info_find.h>
#include <cmrx/mutex.h>

#include <string.h>

#define PROCESSES     20u // that it can look after
#define TELL_AGAIN_US 20000u
#define TELL_TRIES    50u

CMRX_USE(struct console, console);
CMRX_EVENT(fault);

static struct policy policies[PROCESSES];
static struct cmrx_fault records[SUPERVISOR_RECORDS];
static volatile uint32_t
    recorded;          // ever; the last is at (recorded - 1) % RECORDS
static uint32_t told;  // of them, or given up to tell
static uint32_t tries; // to tell the next one
static struct cmrx_mutex policies_mutex;
static struct cmrx_mutex records_mutex;
static struct cmrx_mutex voice_mutex;

// ---- Restarting

static uint32_t process_count(void)
{
    uint32_t count = cmrx_info.process_count;
    return count < PROCESSES ? count : PROCESSES;
}

// Returns when to look at it again.
static uint64_t look_after(uint32_t process, uint64_t now)
{
    struct policy *policy = &policies[process];
    struct cmrx_process_status status;

    if (cmrx_process_status(process, &status) != CMRX_OK ||
        status.state != CMRX_PROCESS_FAULTED) {
        policy->pending = false; // somebody else has decided
        return CMRX_FOREVER;
    }
    if (!policy->pending)
        policy_failed(policy, now);
    if (policy->given_up) {
        cmrx_process_stop(process);
        return CMRX_FOREVER;
    }
    if (policy->due > now)
        return policy->due;
    policy->pending = false;
    cmrx_process_restart(process);
    return CMRX_FOREVER;
}

static uint64_t look_after_all(void)
{
    uint64_t now = cmrx_time_now(), next = CMRX_FOREVER;

    cmrx_mutex_lock(&policies_mutex, CMRX_FOREVER);
    for (uint32_t n = 0; n < process_count(); n++) {
        uint64_t due = look_after(n, now);

        if (due < next)
            next = due;
    }
    cmrx_mutex_unlock(&policies_mutex);
    return next;
}

// ---- Records

static void collect(void)
{
    static struct cmrx_fault record;

    while (cmrx_fault_read(&record) == CMRX_OK) {
        if (cmrx_mutex_lock(&records_mutex, CMRX_FOREVER) != CMRX_OK)
            return;
        records[recorded % SUPERVISOR_RECORDS] = record;
        recorded = recorded + 1;
        cmrx_mutex_unlock(&records_mutex);
        cmrx_wake(&recorded, CMRX_WAKE_ALL);
    }
}

// The record with number `n` of all; false when it is not, or no longer, there.
static bool recall(uint32_t n, struct cmrx_fault *to)
{
    if (cmrx_mutex_lock(&records_mutex, CMRX_FOREVER) != CMRX_OK)
        return false;
    bool there = n < recorded && recorded - n <= SUPERVISOR_RECORDS;
    if (there)
        *to = records[n % SUPERVISOR_RECORDS];
    cmrx_mutex_unlock(&records_mutex);
    return there;
}

// ---- Speaking: all of this under voice_mutex

static CMRX_SHARED char words[120];
static struct cmrx_fault spoken_of;

static bool speak(uint32_t length)
{
    int32_t shown = 0;
    enum cmrx_status status =
        CALL_AGAIN(cmrx_call(&shown, console, write, words, length));

    return status == CMRX_OK && shown == (int32_t)length;
}

// What has become of the process since, or will.
static bool speak_of_outlook(void)
{
    uint32_t id = spoken_of.process;
    struct cmrx_process_status status;
    const char *format = "!   %s is stopped\n";
    uint32_t number = 0;

    if (cmrx_process_status(id, &status) != CMRX_OK || id >= PROCESSES)
        return true;
    if (status.state == CMRX_PROCESS_RUNNING) {
        format = "!   %s runs again, generation %u\n";
        number = status.generation;
    } else if (policies[id].pending) {
        uint64_t now = cmrx_time_now();

        format = "!   %s will run again in %u us\n";
        if (policies[id].due > now)
            number = (uint32_t)(policies[id].due - now);
    } else if (policies[id].given_up) {
        format = "!   %s is left stopped: it failed %u times within a minute\n";
        number = policies[id].failures;
    }
    return speak(cmrx_format(words, sizeof(words), format,
                             cmrx_info_process_name(&cmrx_info, id), number));
}

static bool speak_of_fault(void)
{
    words[0] = '!';
    words[1] = ' ';
    for (uint32_t n = 0;
         explain_line(&cmrx_info, &spoken_of, n, words + 2, sizeof(words) - 3);
         n++) {
        uint32_t length = (uint32_t)strlen(words);

        words[length] = '\n';
        if (!speak(length + 1))
            return false;
    }
    return speak_of_outlook();
}

// Say record number `n` in words.
static int32_t tell(uint32_t n)
{
    int32_t result = SUPERVISOR_NOTHING;

    if (cmrx_mutex_lock(&voice_mutex, CMRX_FOREVER) != CMRX_OK)
        return SUPERVISOR_SILENT;
    if (recall(n, &spoken_of))
        result = speak_of_fault() ? 0 : SUPERVISOR_SILENT;
    cmrx_mutex_unlock(&voice_mutex);
    return result;
}

// The next one that was not told. Returns when to try again.
static uint64_t tell_next(void)
{
    if (told == recorded)
        return CMRX_FOREVER;
    if (tell(told) == SUPERVISOR_SILENT && ++tries < TELL_TRIES)
        return cmrx_time_now() + TELL_AGAIN_US;
    tries = 0;
    told++;
    return 0;
}

CMRX_THREAD(watch, .stack = 512, .priority = 20)
{
    uint64_t look = 0;

    for (;;) {
        // At the start too: an earlier supervisor may have missed something.
        cmrx_event_take(&fault, UINT32_MAX, look);
        look = look_after_all();
        collect();
    }
}

CMRX_THREAD(voice, .stack = 1024, .priority = 19)
{
    for (;;) {
        uint32_t known = recorded;

        cmrx_wait(&recorded, known, tell_next());
    }
}

// ---- The methods

static int32_t supervisor_restart(CMRX_SELF, uint32_t process)
{
    if (process >= process_count() ||
        cmrx_mutex_lock(&policies_mutex, CMRX_FOREVER) != CMRX_OK)
        return SUPERVISOR_NOTHING;
    policies[process] = (struct policy){ 0, 0, 0, false, false };
    enum cmrx_status status = cmrx_process_restart(process);
    cmrx_mutex_unlock(&policies_mutex);
    return status == CMRX_OK ? 0 : SUPERVISOR_NOTHING;
}

static int32_t outlook_of(const struct policy *policy)
{
    int32_t outlook = (int32_t)policy_failures(policy, cmrx_time_now());

    if (policy->given_up)
        outlook |= SUPERVISOR_GIVEN_UP;
    if (policy->pending)
        outlook |= SUPERVISOR_PENDING;
    return outlook;
}

static int32_t supervisor_outlook(CMRX_SELF, uint32_t process)
{
    if (process >= process_count() ||
        cmrx_mutex_lock(&policies_mutex, CMRX_FOREVER) != CMRX_OK)
        return SUPERVISOR_NOTHING;
    int32_t outlook = outlook_of(&policies[process]);
    cmrx_mutex_unlock(&policies_mutex);
    return outlook;
}

static int32_t supervisor_fault(CMRX_SELF, uint32_t back, struct cmrx_fault *to)
{
    if (!cmrx_caller_may_write(to, sizeof(*to)))
        return SUPERVISOR_DENIED;
    return recall(recorded - 1 - back, to) ? 0 : SUPERVISOR_NOTHING;
}

static int32_t supervisor_tell(CMRX_SELF, uint32_t back)
{
    return tell(recorded - 1 - back);
}

CMRX_PROVIDE_REENTRANT(struct supervisor, supervisor,
                       .restart = supervisor_restart,
                       .outlook = supervisor_outlook, .fault = supervisor_fault,
                       .tell = supervisor_tell);
