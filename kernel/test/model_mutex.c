// model_mutex.c - who has a mutex that others wait for.

#include "model.h"

#include "compare.h"
#include "group.h"

#include <string.h>

// To whom those lend who wait there, or -1.
int model_lent_at(unsigned process, uint32_t word)
{
    for (unsigned i = 0; i < plan.thread_count; i++)
        if (model_is_waiter(&model.threads[i], process, word))
            return model.threads[i].lends;
    return -1;
}

static void lend_all(unsigned process, uint32_t word, int owner, int leaving)
{
    for (unsigned i = 0; i < plan.thread_count; i++) {
        struct model_thread *t = &model.threads[i];
        if (model_is_waiter(t, process, word)) {
            t->lends = owner;
            t->leaving = leaving;
        }
    }
}

// Those who wait there lend to that one from now on; then not to the last one any more.
void model_mutex_pass(unsigned process, uint32_t word, int owner)
{
    int last = model_lent_at(process, word);

    if (last == owner || !model_is_awaited(process, word))
        return;
    model.counts[MUTEX_NAMED] += last >= 0;
    lend_all(process, word, owner, last);
    model_inherit();
    lend_all(process, word, owner, -1);
}

static bool works_in(const struct model_thread *t, unsigned process)
{
    bool is_outside = t->state == CMRX_THREAD_QUEUED && t->entering;

    if (t->state == CMRX_THREAD_DORMANT)
        return false;
    for (unsigned i = 0; i < t->depth; i++)
        if (t->levels[i].caller == process &&
            t->levels[i].generation == model.processes[process].generation)
            return true;
    return t->inside == process && !is_outside;
}

int model_mutex_owner(unsigned process, uint32_t word)
{
    uint32_t sp = word & ~3u;

    for (unsigned i = 0; i < plan.thread_count; i++)
        if (sp > system_stack(i) &&
            sp <= system_stack(i) + plan.threads[i].stack &&
            works_in(&model.threads[i], process))
            return (int)i;
    return -1;
}

static void mutex_count(unsigned process, uint32_t word, int owner)
{
    const struct model_thread *o = &model.threads[owner];
    unsigned here = 0;

    for (unsigned i = 0; i < plan.thread_count; i++)
        here += model_is_waiter(&model.threads[i], process, word);
    model.counts[MUTEX_WAITS] += o->priority > o->base;
    model.counts[MUTEX_OF_TWO] += here >= 2;
    model.counts[MUTEX_CHAIN] +=
        o->state == CMRX_THREAD_WAITING && o->lends >= 0;
    model.counts[MUTEX_TO_GATE] += o->state == CMRX_THREAD_QUEUED;
}

// As who begins to wait there says. It may be all that is done before a line.
void model_name_owner(unsigned process, uint32_t word, int owner)
{
    int last = model_lent_at(process, word);
    bool was_other = last >= 0 && last != owner;

    if (!model_is_awaited(process, word))
        return;
    unsigned lent = model_first_lent(process, word);
    model_mutex_pass(process, word, owner);
    model_inherit_later(was_other ? last : -1, lent);
}

// A line may come before that, or behind: the kernel says whom they lend to.
void model_wait_gives_way(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];
    uint32_t address = t->now.r[0], *word = model_word(thread, address);

    if ((t->now.word & CMRX_WAIT_OWNER) == 0 || word == NULL)
        return;
    int owner = model_mutex_owner(t->inside, *word);
    int last = model_lent_at(t->inside, address);
    if (owner < 0 || owner != compare_lent_at(t->inside, address))
        return;
    model.counts[NAMED_FIRST] += owner != last;
    model_name_owner(t->inside, address, owner);
}

void model_wait_for_owner(unsigned thread, uint32_t address, uint32_t *word)
{
    struct model_thread *t = &model.threads[thread];
    unsigned process = t->inside;
    int owner = model_mutex_owner(process, *word);

    model.counts[MUTEX_FOUND] += owner < 0;
    model.counts[MUTEX_OWN] += owner == (int)thread;
    if (owner < 0) {
        *word = 1;
        model_reply(thread, 0, 0, CMRX_CHANGED);
    } else if (owner == (int)thread) {
        model_reply(thread, 0, 0, CMRX_LOOP);
    } else {
        model_name_owner(process, address, owner);
        model_wait(thread, address, -1);
        if (t->state != CMRX_THREAD_WAITING)
            return;
        *word |= 1;
        model_lend_or_owe(owner, t->priority);
        model_mutex_pass(process, address, owner);
        model_inherit();
        mutex_count(process, address, owner);
    }
}

// Which word the kernel looks at first depends on what was before: it says so.
static bool leaves_behind(unsigned thread, uint32_t word)
{
    const struct model_thread *t = &model.threads[thread];
    bool some = false, that = false;

    for (unsigned i = 0; i < plan.thread_count; i++) {
        const struct model_thread *other = &model.threads[i];
        bool lends = other->state == CMRX_THREAD_WAITING &&
                     other->lends == (int)thread && other->inside == t->inside;
        some |= lends;
        that |= lends && other->word == word;
    }
    REQUIRE(some == that);
    return some;
}

static bool let_go(unsigned thread, uint32_t address)
{
    const struct model_thread *t = &model.threads[thread];

    if (!leaves_behind(thread, address))
        return false;
    uint32_t *word = model_word(thread, address);
    bool is_its = model_mutex_owner(t->inside, *word) == (int)thread;
    if (is_its)
        *word = 1;
    model_wake(t->inside, address, MODEL_NEVER);
    return true;
}

bool model_let_go(unsigned thread)
{
    if (!let_go(thread, model.left[0]))
        return false;
    memmove(model.left, model.left + 1, sizeof model.left - sizeof *model.left);
    return true;
}

// Before it leaves the process where it is.
bool model_abandon(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];

    if (!let_go(thread, model.left[0]))
        return false;
    model.counts[MUTEX_LEFT]++;
    t->now.pc -= 2;
    t->repeats = true;
    return true;
}
