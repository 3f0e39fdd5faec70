// model_force.c - out by force, in steps, and who puts a process in order then.

#include "model.h"

static int the_mender_of(unsigned process) // or -1
{
    for (unsigned i = 0; i < plan.thread_count; i++)
        if (plan.threads[i].home == process && plan.threads[i].recovers)
            return (int)i;
    return -1;
}

bool model_mends(unsigned thread)
{
    unsigned inside = model.threads[thread].inside;

    return model.processes[inside].state == CMRX_PROCESS_DIRTY &&
           the_mender_of(inside) == (int)thread;
}

int model_mender_or(int other, unsigned process)
{
    int mender = the_mender_of(process);

    return mender >= 0 && model_mends((unsigned)mender) &&
                   model.threads[mender].state == CMRX_THREAD_QUEUED
               ? mender
               : other;
}

// It is dormant, or -1.
static int mender_of(unsigned process)
{
    int mender = the_mender_of(process);

    return mender >= 0 && model.threads[mender].state == CMRX_THREAD_DORMANT
               ? mender
               : -1;
}

static bool count(unsigned process)
{
    struct model_process *p = &model.processes[process];

    if (mender_of(process) < 0) {
        model_process_fault(process);
        return false;
    }
    p->failures++;
    p->faults++;
    p->sound = model.now + MODEL_SOUND;
    return true;
}

static void change_owner(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];
    struct model_process *p = &model.processes[t->inside];

    if (p->owner != (int)thread || !model_is_serial(thread))
        return;
    p->owner = the_mender_of(t->inside);
    model_unready(thread);
    t->state = CMRX_THREAD_QUEUED;
    t->entering = false;
    t->order = ++model.order;
    model_ready((unsigned)p->owner);
    model_inherit_later((int)thread, t->priority);
}

static void tell(unsigned process)
{
    if (plan.processes[process].policy == POLICY_SUPERVISE)
        model_post(plan.events[plan.supervisor].process,
                   plan.events[plan.supervisor].word, 1u << process);
}

// By force: to whom it has lent there.
static void thread_leave(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];
    bool is_at_gate = t->state == CMRX_THREAD_QUEUED;
    int owner = is_at_gate ? model.processes[t->inside].owner : -1;

    model.was_told = false;
    model_inherit_later(owner, t->priority);
    model_lose_place(thread);
    model.owes_told = model.puts_off && model.was_told;
    model_inherit();
}

void model_force(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];

    switch (t->forced++) {
    case MODEL_RECORD:
        model_record(thread, CMRX_FAULT_OVERTIME);
        break;
    case MODEL_NOTE: // likewise: nobody reads it yet
        break;
    case MODEL_COUNT:
        if (!count(t->inside))
            t->forced = MODEL_STAYS;
        break;
    case MODEL_MENDER:
        model_start((unsigned)mender_of(t->inside), 0);
        break;
    case MODEL_DIRTY: // who has called it need not know
        model.counts[DIRTY]++;
        model.processes[t->inside].state = CMRX_PROCESS_DIRTY;
        break;
    case MODEL_TELL:
        tell(t->inside);
        break;
    case MODEL_CHANGE:
        change_owner(thread);
        break;
    default:
        t->forced = MODEL_OUT;
        if (model_let_go(thread))
            break;
        if (model_clear(thread)) {
            model.counts[FORCED_CLEARS]++;
            break;
        }
        t->forced = MODEL_STAYS;
        thread_leave(thread);
    }
}

// The thread has ended by itself.
void model_mended(unsigned thread)
{
    unsigned home = plan.threads[thread].home;

    if (model.processes[home].state != CMRX_PROCESS_DIRTY ||
        !plan.threads[thread].recovers)
        return;
    model.processes[home].state = CMRX_PROCESS_RUNNING;
    model.counts[MENDED] += model.threads[thread].result == 0;
    model.counts[NOT_MENDED] += model.threads[thread].result != 0;
    if (model.threads[thread].result != 0)
        model_process_fault(home);
}
