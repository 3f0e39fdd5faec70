// model_late.c - what happens when the deadline of a call has passed.

#include "model.h"

bool model_is_due(unsigned timer, uint64_t now)
{
    bool is_forced =
        timer < plan.thread_count && model.threads[timer].forced != MODEL_STAYS;

    return is_forced || model_timer(timer) <= now;
}

void model_between_count(void)
{
    for (unsigned i = 0; i < plan.thread_count; i++)
        model.counts[BETWEEN_STEPS] += model.threads[i].forced > MODEL_RECORD;
}

bool model_is_overdue(unsigned thread)
{
    return model.threads[thread].forced != MODEL_STAYS ||
           model_call_deadline(thread) == model_timer(thread);
}

static uint64_t due_of(const struct model_level *l)
{
    unsigned service = plan.processes[l->caller].imports[l->import];
    uint32_t grace = plan.services[service].grace;

    if (l->clearing)
        return MODEL_NEVER;
    if (!l->hurried)
        return l->deadline;
    return grace > 0 ? l->deadline + grace : MODEL_NEVER;
}

bool model_is_hurried(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];

    for (unsigned i = 0; i < t->depth; i++)
        if (t->levels[i].hurried)
            return true;
    return false;
}

uint64_t model_call_deadline(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];
    uint64_t first = MODEL_NEVER;

    for (unsigned i = 0; i < t->depth; i++)
        if (due_of(&t->levels[i]) < first)
            first = due_of(&t->levels[i]);
    return first;
}

// At the gate of what it has called last, and it never got in.
static bool is_outside(const struct model_thread *t)
{
    return t->state == CMRX_THREAD_QUEUED && t->entering;
}

static void call_off(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];
    bool is_late = t->levels[t->depth - 1].hurried;
    int owner = model.processes[t->inside].owner;

    if (model_clear(thread)) {
        model.counts[FORCED_CLEARS]++;
        return;
    }
    t->forced = MODEL_STAYS;
    t->behind = 0;
    model.was_told = false;
    model_inherit_later(owner, t->priority);
    t->state = CMRX_THREAD_READY; // at no gate any more
    model_pop(thread);
    // It was not there, and has left nothing: only that it had room is marked.
    model.scrubs[model.scrub_count - 1].high =
        model.scrubs[model.scrub_count - 1].low;
    if (model_is_orphan(thread)) {
        model_unwind(thread);
    } else {
        model_reply(thread, 0, 0, is_late ? CMRX_TIMEOUT : CMRX_CANCELLED);
        model_ready(thread);
    }
    model.owes_told = model.puts_off && model.was_told;
    model_inherit();
}

static void hurry_count(const struct model_thread *t, unsigned level)
{
    if (is_outside(t))
        model.counts[level + 1 == t->depth ? LATE_AT_GATE : LATE_BELOW]++;
    else if (t->state == CMRX_THREAD_QUEUED)
        model.counts[LATE_COMES_IN]++;
    else
        model.counts[t->state == CMRX_THREAD_WAITING ? LATE_WAITING
                                                     : LATE_READY]++;
}

static void force_count(const struct model_thread *t, unsigned level)
{
    model.counts[LEFT]++;
    model.counts[LEFT_ON] += level + 1 < t->depth;
    model.counts[LEFT_AT_GATE] += is_outside(t);
    model.counts[LEFT_COMES_IN] +=
        t->state == CMRX_THREAD_QUEUED && !is_outside(t);
}

// A step; where others could run before the next one, all of them.
static void go_on(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];

    do {
        if (t->forced == MODEL_CALL_OFF)
            call_off(thread);
        else
            model_force(thread);
    } while (t->forced != MODEL_STAYS && !model.pends);
}

// Whoever else is due is served before a process is ended, and who is more urgent
// than the thread runs before: it is looked at again later.
static bool others_first(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];
    const struct model_thread *best = &model.threads[model_best()];

    if (t->behind == 2)
        return false;
    if (t->behind++ == 0) {
        model.counts[LEFT_BEHIND]++;
        return true;
    }
    if (best->priority <= t->priority)
        return false;
    model.counts[LEFT_LATER]++;
    return true;
}

static void begin(unsigned thread, unsigned level)
{
    struct model_thread *t = &model.threads[thread];
    bool is_hurried = t->levels[level].hurried;

    if (is_hurried && !is_outside(t) && others_first(thread))
        return;
    t->behind = 0;
    if (is_hurried)
        force_count(t, level);
    else
        hurry_count(t, level);
    model.counts[LATE_RETURNING] += t->levels[t->depth - 1].clearing;
    model.counts[LATE_TWICE] += !is_hurried && model_is_hurried(thread);
    t->levels[level].hurried = true;
    if (is_outside(t))
        t->forced = MODEL_CALL_OFF;
    else if (is_hurried)
        t->forced = MODEL_RECORD;
    else if (t->state == CMRX_THREAD_WAITING)
        model_wait_late(thread, CMRX_CANCELLED);
}

void model_overdue(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];
    unsigned level = 0;

    if (t->forced != MODEL_STAYS) {
        go_on(thread);
        return;
    }
    while (due_of(&t->levels[level]) != model_call_deadline(thread))
        level++;
    begin(thread, level);
    if (t->forced != MODEL_STAYS && !model.pends)
        go_on(thread);
}
