// model_life.c - threads and processes begin and end.

#include "model.h"

void model_reply(unsigned thread, uint32_t low, uint32_t high, int32_t status)
{
    struct model_registers *now = &model.threads[thread].now;

    now->r[0] = low;
    now->r[1] = high;
    now->r[2] = (uint32_t)status;
}

// ---- Threads

void model_start(unsigned thread, uint32_t argument)
{
    struct model_thread *t = &model.threads[thread];
    unsigned home = plan.threads[thread].home;

    t->inside = home;
    t->depth = 0;
    t->base = t->priority = plan.threads[thread].priority;
    t->again = t->repeats = false;
    t->generation = model.processes[home].generation;
    t->top = system_stack(thread) + plan.threads[thread].stack;
    t->now = (struct model_registers){
        .r = { argument },
        .pc = system_entry(thread),
        .lr = system_exit_gate(home),
        .sp = t->top - PORT_FRAME_BYTES,
    };
    model_enter_monitor(thread);
}

// It is home, and nothing holds it there.
void model_end(unsigned thread, uint32_t result)
{
    struct model_thread *t = &model.threads[thread];
    unsigned home = plan.threads[thread].home;
    int joiner = model_joiner(thread);

    t->state = CMRX_THREAD_DORMANT;
    t->result = result;
    // Who waits still for a mutex of its is in a process that is just ending.
    for (unsigned i = 0; i < plan.thread_count; i++)
        if (model.threads[i].lends == (int)thread)
            model.threads[i].lends = -1;
    if (t->again)
        model_start(thread, 0);
    else if (joiner >= 0 && model_is_alive(home))
        model_wait_end((unsigned)joiner, result, CMRX_OK);
}

uint32_t model_room(const struct model_level *l)
{
    unsigned service = plan.processes[l->caller].imports[l->import];

    return system_room(plan.services[service].need);
}

static void scrub(uint32_t low, uint32_t high)
{
    if (low < high)
        model.scrubs[model.scrub_count++ % SYSTEM_THREADS] =
            (struct model_scrub){ low, high };
}

// What was called by that one may use; the call after it, if there is one, is made
// from in there.
static struct model_scrub room_of(const struct model_thread *t, unsigned level)
{
    const struct model_level *l = &t->levels[level];
    uint32_t top = level + 1 < t->depth ? l[1].top : t->top;

    return (struct model_scrub){ top - l->lent - model_room(l), top - l->lent };
}

// Nobody comes back to callers that have ended, the last one first: what each has had
// on the stack is cleared, 256 bytes a step from below; but not where the thread still
// is.
bool model_clear(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];
    struct model_scrub here = room_of(t, t->depth - 1);

    if (t->state == CMRX_THREAD_QUEUED && t->entering &&
        here.high - here.low > 128)
        here.low = here.high - 128;
    for (unsigned i = t->depth; i-- > 1 && model_has_ended(&t->levels[i]);) {
        struct model_level *l = &t->levels[i];
        struct model_scrub room = room_of(t, i - 1);
        uint32_t at = room.low + l->cleared;
        uint32_t end = room.high - at < 256 ? room.high : at + 256;
        if (at == room.high)
            continue;
        scrub(at, end < here.low ? end : here.low);
        scrub(at > here.high ? at : here.high, end);
        l->clearing = true;
        l->cleared = end - room.low;
        model.counts[ENDED_CLEARED] += end == room.high;
        model.counts[ENDED_OF_TWO] += end == room.high && i + 1 < t->depth;
        return true;
    }
    return false;
}

void model_pop(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];
    struct model_scrub room = room_of(t, t->depth - 1);
    const struct model_level *l = &t->levels[--t->depth];

    scrub(room.low, room.high);
    t->inside = l->caller;
    t->top = l->top;
    t->now = l->at;
    t->repeats = false;
}

// It has ended since.
bool model_has_ended(const struct model_level *l)
{
    return !model_is_alive(l->caller) ||
           model.processes[l->caller].generation != l->generation;
}

bool model_is_orphan(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];

    return model_has_ended(&t->levels[t->depth]);
}

bool model_is_cancelled(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];

    for (unsigned i = 0; i < t->depth; i++)
        if (model_has_ended(&t->levels[i]))
            return true;
    return false;
}

// The caller is told now: not again by any import of that service.
static void callee_forget(unsigned caller, unsigned import)
{
    const struct plan_process *p = &plan.processes[caller];

    for (unsigned i = 0; i < p->import_count; i++)
        if (p->imports[i] == p->imports[import])
            model.processes[caller].seen[i] = 0;
}

void model_told(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];
    const struct model_level *l = &t->levels[t->depth];

    model.counts[TOLD_TIMEOUT] += l->hurried;
    model.was_told |= !l->hurried;
    if (!l->hurried)
        callee_forget(t->inside, l->import);
    model_reply(thread, 0, 0, l->hurried ? CMRX_TIMEOUT : CMRX_DEAD);
}

void model_unwind(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];

    t->behind = 0;
    t->forced = MODEL_STAYS;
    while (t->depth > 0) {
        model.counts[LOST_RETURNING] += t->levels[t->depth - 1].clearing;
        model_leave_monitor(thread);
        model_pop(thread);
        if (model_is_orphan(thread))
            continue;
        model_told(thread);
        model_ready(thread);
        return;
    }
    model_end(thread, 0);
}

// ---- Processes

bool model_is_alive(unsigned process)
{
    return model.processes[process].state >= CMRX_PROCESS_RUNNING;
}

static void lines_close(unsigned process)
{
    for (unsigned i = 0; i < plan.interrupt_count; i++)
        if (plan.interrupts[i].process == process)
            model.open[plan.interrupts[i].line] = false;
}

// The thread is inside `process`, which has ended.
void model_lose_place(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];

    if (t->state == CMRX_THREAD_READY)
        model_unready(thread);
    t->state = CMRX_THREAD_READY; // in no queue from here on
    t->deadline = MODEL_NEVER;
    t->leaving = t->lends;
    t->lends = -1;
    model_unwind(thread);
    t->leaving = -1;
}

static void thread_lose_place(unsigned thread)
{
    model_lose_place(thread);
    model_inherit();
}

// While what the others have had is being cleared.
static bool is_ending_further_out(const struct model_thread *t,
                                  unsigned process)
{
    for (unsigned i = 1; i < t->depth; i++)
        if (t->levels[i].clearing && t->levels[i - 1].caller == process &&
            !t->levels[i - 1].clearing)
            return true;
    return false;
}

void model_process_end(unsigned process, enum cmrx_process_state state)
{
    struct model_process *p = &model.processes[process];
    bool was_alive = model_is_alive(process);

    while (model_owes_process())
        model_settle();
    p->state = state;
    p->restart = p->sound = MODEL_NEVER;
    if (!was_alive)
        return;
    unsigned lowered = model.counts[LOWERED] + model.counts[MOVED_AT_GATE];
    p->owner = -1;
    model_inherit();
    model.counts[CLOSED_LENT] +=
        model.counts[LOWERED] + model.counts[MOVED_AT_GATE] > lowered;
    lines_close(process);
    if (plan.processes[process].quiesced) {
        p->device[0] = 1;
        p->device[1] = 2;
    }
    for (unsigned i = 0; i < plan.thread_count; i++) {
        struct model_thread *t = &model.threads[i];
        if (t->state == CMRX_THREAD_DORMANT)
            continue;
        if (plan.threads[i].home == process)
            t->again = false;
        model.counts[ENDED_RETURNING] += is_ending_further_out(t, process);
        if (t->inside == process)
            thread_lose_place(i);
        else if (t->state == CMRX_THREAD_WAITING && model_is_cancelled(i)) {
            model.counts[LOST_ON_THE_WAY] += plan.threads[i].home != process;
            model_wait_end(i, 0, CMRX_CANCELLED);
        }
    }
}

void model_process_start(unsigned process)
{
    struct model_process *p = &model.processes[process];

    p->restart = MODEL_NEVER;
    p->sound = p->failures > 0 ? model.now + MODEL_SOUND : MODEL_NEVER;
    p->state = CMRX_PROCESS_RUNNING;
    p->generation = p->generation == 0xffff ? 1 : p->generation + 1;
    for (unsigned i = 0; i < SYSTEM_IMPORTS; i++)
        p->seen[i] = 0;
    for (unsigned i = 0; i < SYSTEM_WORDS; i++)
        p->memory[i] = system_initial(process, i);
    for (unsigned i = 0; i < plan.thread_count; i++) {
        struct model_thread *t = &model.threads[i];
        if (plan.threads[i].home != process)
            continue;
        if (t->state != CMRX_THREAD_DORMANT)
            t->again = !plan.threads[i].dormant;
        else
            t->generation = 0;
        if (t->state == CMRX_THREAD_DORMANT && !plan.threads[i].dormant)
            model_start(i, 0);
    }
}

static void process_back_off(unsigned process)
{
    struct model_process *p = &model.processes[process];
    uint64_t delay = 1000;

    model_process_end(process, CMRX_PROCESS_BACKOFF);
    if (p->failures == 1) {
        model_process_start(process);
        return;
    }
    for (unsigned i = 2; i < p->failures && i < 12; i++)
        delay *= 2;
    p->restart = model.now + delay;
}

void model_process_fault(unsigned process)
{
    struct model_process *p = &model.processes[process];

    p->failures++;
    p->faults++;
    switch (plan.processes[process].policy) {
    case POLICY_RESTART:
        process_back_off(process);
        break;
    case POLICY_STOP:
        model_process_end(process, CMRX_PROCESS_STOPPED);
        break;
    default:
        model_process_end(process, CMRX_PROCESS_FAULTED);
        model_post(plan.events[plan.supervisor].process,
                   plan.events[plan.supervisor].word, 1u << process);
    }
}

void model_record(unsigned thread, enum cmrx_fault_kind kind)
{
    const struct model_thread *t = &model.threads[thread];
    struct model_record *r = &model.record;

    r->sequence++;
    if (r->unread) {
        r->lost++;
        return;
    }
    r->unread = true;
    r->kind = kind;
    r->process = t->inside;
    r->thread = thread;
    r->generation = model.processes[t->inside].generation;
    r->depth = t->depth;
    r->record_sequence = r->sequence;
    r->lost = 0;
}

// A trap for which there was no room left is told apart from nonsense.
static bool has_run_out(unsigned thread)
{
    int64_t low = system_stack(thread), sp = model.threads[thread].now.sp;

    return sp < low + PORT_FRAME_BYTES && sp >= low + PORT_FRAME_BYTES - 4096;
}

void model_raise(unsigned thread, enum cmrx_fault_kind kind)
{
    if (kind == CMRX_FAULT_POINTER && has_run_out(thread))
        kind = CMRX_FAULT_STACK;
    model_record(thread, kind);
    model_process_fault(model.threads[thread].inside);
}
