// main.c - the supervisor: brings processes back, and says what happened.
//
// Restarting depends on nobody: the thread `watch` calls no other process, but the
// driver of a watchdog, if there is one, and not for longer than a deadline. The
// thread `voice` speaks, after it. The console, or what it speaks through, may
// be what has failed, or may not come back; then only the voice is silent, and
// what was not taken is said again later.
//
// Nobody is in the monitor: who loops in here must not keep others from asking
// for a restart, of the supervisor too. What threads and methods share is under
// `wards_mutex` and `records_mutex`, held for a moment only, and
// `voice_mutex`, held while speaking.

#include "explain.h"
#include "keep.h"
#include "kick.h"
#include "supervisor.h"
#include "wards.h"
#include "../again.h"
#include "../console/console.h"

#include <cmrx/cmrx.h>
#include <cmrx/format.h>
#include <cmrx/info_find.h>
#include <cmrx/mutex.h>

#include <string.h>

#define TELL_AGAIN_US 20000u
#define TELL_PAUSE_US 50000u // telling costs more than restarting does
#define TELL_TRIES    50u

CMRX_USE(struct console, console);
CMRX_EVENT(fault);

static struct cmrx_fault records[SUPERVISOR_RECORDS];
static volatile uint32_t
    recorded;          // ever; the last is at (recorded - 1) % RECORDS
static uint32_t told;  // of them, or given up to tell
static uint32_t tries; // to tell the next one
static struct cmrx_mutex wards_mutex;
static struct cmrx_mutex records_mutex;
static struct cmrx_mutex voice_mutex;

// ---- Restarting

// Returns when to look again.
static uint64_t look(uint32_t bits, uint64_t now)
{
    cmrx_mutex_lock(&wards_mutex, CMRX_FOREVER);
    uint32_t next = wards_look(bits, (uint32_t)now);
    bool are_well = wards_are_well();
    cmrx_mutex_unlock(&wards_mutex);
    uint32_t next_kick = kick(are_well, now);
    if (next_kick < next)
        next = next_kick;
    return next == UINT32_MAX ? CMRX_FOREVER : now + next;
}

// ---- Records

static struct cmrx_fault record; // of the thread `watch`

static void keep_record(void)
{
    if (cmrx_mutex_lock(&records_mutex, CMRX_FOREVER) != CMRX_OK)
        return;
    records[recorded % SUPERVISOR_RECORDS] = record;
    recorded = recorded + 1;
    cmrx_mutex_unlock(&records_mutex);
    cmrx_wake(&recorded, CMRX_WAKE_ALL);
}

static void collect(void)
{
    while (cmrx_fault_read(&record) == CMRX_OK)
        keep_record();
    record.kind = CMRX_FAULT_NONE;
}

// Those of keep_window.c, if the product has it.
__attribute__((weak)) void keep(const struct cmrx_fault *last)
{
    (void)last;
}

__attribute__((weak)) bool kept(struct cmrx_fault *last)
{
    (void)last;
    return false;
}

// After the records of the kernel: it is what came last.
static void collect_kept(void)
{
    if (kept(&record))
        keep_record();
    record.kind = CMRX_FAULT_NONE;
}

// Of a fault the kernel has a record, which nobody has taken yet: it keeps that.
void wards_reset(uint32_t process)
{
    bool is_ours =
        (record.kind == SUPERVISOR_MISSED || record.kind == SUPERVISOR_ENDED) &&
        record.process == process;

    if (is_ours) {
        record.flags = SUPERVISOR_RESET;
        keep(&record);
    }
    cmrx_system_reset();
    // Without the right to reset.
    if (is_ours)
        kept(&record);
}

// What its threads are at. They are still there: nobody was ended by the kernel.
static void record_threads(const struct cmrx_info_process *about)
{
    struct cmrx_thread_status status;

    if (about == NULL)
        return;
    record.thread = (uint8_t)about->first_thread;
    for (uint32_t n = 0; n < about->thread_count && n < SUPERVISOR_THREADS;
         n++) {
        if (cmrx_thread_status(about->first_thread + n, &status) != CMRX_OK)
            return;
        record.r[n] = SUPERVISOR_THREAD(status.state, status.process);
        record.levels++;
    }
}

void wards_record(uint32_t kind, uint32_t process, uint32_t generation)
{
    record = (struct cmrx_fault){ .kind = (uint8_t)kind,
                                  .process = (uint8_t)process,
                                  .generation = (uint16_t)generation,
                                  .time = cmrx_time_now() };
    if (kind == SUPERVISOR_MISSED)
        record_threads(cmrx_info_process_at(&cmrx_info, process));
    keep_record();
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
    uint32_t id = spoken_of.process, number = 0, seconds = 0;
    struct cmrx_process_status status;
    const struct ward *ward;
    const struct policy *policy = wards_find(id, &ward);
    const char *format = "!   %s is left stopped\n";

    if (cmrx_process_status(id, &status) != CMRX_OK)
        return true;
    if (status.state >= CMRX_PROCESS_RUNNING) {
        format = status.state == CMRX_PROCESS_DIRTY
                     ? "!   %s puts itself in order, generation %u\n"
                     : "!   %s runs again, generation %u\n";
        number = status.generation;
    } else if (policy != NULL && ward->state == WARD_PENDING) {
        uint32_t left = ward->due - (uint32_t)cmrx_time_now();

        format = "!   %s will run again in %u us\n";
        number = (int32_t)left > 0 ? left : 0;
    } else if (policy != NULL && ward->state == WARD_GIVEN_UP) {
        format = "!   %s is left stopped: failure %u within %u s\n";
        number = ward->failures;
        seconds = policy_within_us(policy) / 1000000u;
    }
    return speak(cmrx_format(words, sizeof(words), format,
                             cmrx_info_process_name(&cmrx_info, id), number,
                             seconds));
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
    // Those that nobody remembers any more.
    if (recorded - told > SUPERVISOR_RECORDS)
        told = recorded - SUPERVISOR_RECORDS;
    if (told == recorded)
        return CMRX_FOREVER;
    if (tell(told) == SUPERVISOR_SILENT && ++tries < TELL_TRIES)
        return cmrx_time_now() + TELL_AGAIN_US;
    tries = 0;
    told++;
    cmrx_sleep_until(cmrx_time_now() + TELL_PAUSE_US);
    return 0;
}

CMRX_THREAD(watch, .stack = CMRX_AUTO, .priority = 20)
{
    // At the start all: an earlier supervisor may have missed something.
    uint64_t next = look(UINT32_MAX, cmrx_time_now());

    collect();
    collect_kept();
    for (;;) {
        uint32_t bits = cmrx_event_take(&fault, UINT32_MAX, next);

        next = look(bits, cmrx_time_now());
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

static bool is_process(uint32_t process)
{
    return process < cmrx_info.process_count;
}

static int32_t supervisor_restart(CMRX_SELF, uint32_t process)
{
    if (!is_process(process) ||
        cmrx_mutex_lock(&wards_mutex, CMRX_FOREVER) != CMRX_OK)
        return SUPERVISOR_NOTHING;
    bool done = wards_restart(process, (uint32_t)cmrx_time_now());
    cmrx_mutex_unlock(&wards_mutex);
    // The thread `watch` is to know of the heartbeat that is due now.
    __atomic_fetch_or(&fault, 1u << process % 32, __ATOMIC_RELAXED);
    cmrx_wake(&fault, CMRX_WAKE_ALL);
    return done ? 0 : SUPERVISOR_NOTHING;
}

static int32_t outlook_of(uint32_t process)
{
    const struct ward *ward;
    const struct policy *policy = wards_find(process, &ward);

    if (policy == NULL)
        return SUPERVISOR_NO_ROW;
    int32_t outlook = ward->failures;
    if (ward->state == WARD_GIVEN_UP)
        outlook |= SUPERVISOR_GIVEN_UP;
    if (ward->state == WARD_PENDING)
        outlook |= SUPERVISOR_PENDING;
    return outlook;
}

static int32_t supervisor_outlook(CMRX_SELF, uint32_t process)
{
    if (!is_process(process) ||
        cmrx_mutex_lock(&wards_mutex, CMRX_FOREVER) != CMRX_OK)
        return SUPERVISOR_NOTHING;
    int32_t outlook = outlook_of(process);
    cmrx_mutex_unlock(&wards_mutex);
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
