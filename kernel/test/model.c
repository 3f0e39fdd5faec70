// model.c - who runs, who waits, who is where. The ways in: model_entry.c.

#include "model.h"

#include "compare.h"

#include "group.h"

struct model model;

struct model_thread *model_self(void)
{
    return &model.threads[model.running];
}

// ---- Who runs

void model_ready(unsigned thread)
{
    model.threads[thread].state = CMRX_THREAD_READY;
    model.threads[thread].order = ++model.order;
}

void model_unready(unsigned thread)
{
    if (model.turn_of == (int)thread)
        model.turn_of = -1;
}

void model_rotate(unsigned thread)
{
    model.threads[thread].order = ++model.order;
    if (model.turn_of == (int)thread)
        model.turn_of = -1;
}

static bool goes_before(const struct model_thread *a,
                        const struct model_thread *b)
{
    return a->priority > b->priority ||
           (a->priority == b->priority && a->order < b->order);
}

// The best of those in a state (and inside a process, unless it is negative).
static int best(enum cmrx_thread_state state, int process)
{
    int found = -1;

    for (unsigned i = 0; i < plan.thread_count; i++) {
        const struct model_thread *t = &model.threads[i];
        if (t->state != state || t->arrival != 0 ||
            (process >= 0 && t->inside != (unsigned)process))
            continue;
        if (found < 0 || goes_before(t, &model.threads[found]))
            found = (int)i;
    }
    return found;
}

static bool has_equal(unsigned thread)
{
    for (unsigned i = 0; i < plan.thread_count; i++)
        if (i != thread && model.threads[i].state == CMRX_THREAD_READY &&
            model.threads[i].priority == model.threads[thread].priority)
            return true;
    return false;
}

int model_best(void)
{
    return best(CMRX_THREAD_READY, -1);
}

void model_leave_kernel(void)
{
    int next = model_best();

    REQUIRE(next >= 0);
    if (model.stays) {
        model.stays = false;
        return;
    }
    if (has_equal((unsigned)next) && model.turn_of != next &&
        !compare_looks()) {
        if (model.turn_of >= 0)
            model_rotate((unsigned)model.turn_of);
        model.turn_of = next;
        model.turn_is_half = false;
        if (model.turn_alarm == MODEL_NEVER)
            model.turn_alarm = 0; // at once
    }
    model.running = (unsigned)next;
}

// ---- Inheritance

// Whose monitor the thread waits for, or -1.
static int queues_for(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];

    return t->state == CMRX_THREAD_QUEUED && t->arrival == 0
               ? model.processes[t->inside].owner
               : -1;
}

// Likewise, or whose mutex.
static int waits_for(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];

    return t->state == CMRX_THREAD_WAITING ? t->lends : queues_for(thread);
}

static bool lend(unsigned *priorities, unsigned thread, int other)
{
    if (other < 0 || priorities[other] >= priorities[thread])
        return false;
    priorities[other] = priorities[thread];
    return true;
}

// From nothing: who waits for somebody makes him as urgent, until no more changes.
static void priorities_find(unsigned *priorities)
{
    for (unsigned i = 0; i < plan.thread_count; i++)
        priorities[i] = model.threads[i].base;
    for (bool changed = true; changed;) {
        changed = false;
        for (unsigned i = 0; i < plan.thread_count; i++) {
            changed |= lend(priorities, i, waits_for(i));
            changed |= lend(priorities, i, model.threads[i].leaving);
        }
    }
}

// By those alone who wait for it, as they are now.
static unsigned deserved(unsigned thread)
{
    unsigned priority = model.threads[thread].base;

    for (unsigned i = 0; i < plan.thread_count; i++) {
        const struct model_thread *t = &model.threads[i];
        bool lends = waits_for(i) == (int)thread || t->leaving == (int)thread;
        if (lends && t->priority > priority)
            priority = t->priority;
    }
    return priority;
}

bool model_is_waiter(const struct model_thread *t, unsigned process,
                     uint32_t word)
{
    return t->state == CMRX_THREAD_WAITING && t->inside == process &&
           t->joins < 0 && t->word != 0 && t->word == word;
}

static bool has_equal_behind(const struct model_thread *t)
{
    for (unsigned i = 0; i < plan.thread_count; i++) {
        const struct model_thread *other = &model.threads[i];
        if (model_is_waiter(other, t->inside, t->word) &&
            other->priority == t->priority && other->ticket > t->ticket)
            return true;
    }
    return false;
}

static void move_count(unsigned thread, unsigned before)
{
    const struct model_thread *t = &model.threads[thread];

    model.counts[MOVED_IN_TURN] += model.turn_of == (int)thread;
    if (t->state == CMRX_THREAD_READY)
        model.counts[t->priority > before ? RAISED : LOWERED]++;
    if (t->state == CMRX_THREAD_QUEUED)
        model.counts[MOVED_AT_GATE]++;
    if (t->state == CMRX_THREAD_WAITING)
        model.counts[MOVED_AT_WORD]++;
    if (model_is_waiter(t, t->inside, t->word) && has_equal_behind(t))
        model.counts[MOVED_AMONG]++;
}

// Last among its new equals, but with its turn, if it has it.
static void move(unsigned thread, unsigned priority)
{
    bool has_turn = model.turn_of == (int)thread;
    unsigned before = model.threads[thread].priority;

    model.threads[thread].priority = priority;
    model.threads[thread].order = has_turn ? --model.first : ++model.order;
    move_count(thread, before);
}

static bool model_is_live(unsigned thread)
{
    return model.threads[thread].state != CMRX_THREAD_DORMANT;
}

// Who waits is moved by an alarm that comes before any thread, and whoever waits for
// him, in turn.
static void look(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];
    unsigned priority = deserved(thread);
    bool waits = t->state != CMRX_THREAD_READY && model_is_live(thread);

    if (t->stale || priority == t->priority)
        return;
    if (waits)
        t->stale = true;
    else
        move(thread, priority);
}

void model_inherit(void)
{
    unsigned priorities[SYSTEM_THREADS];

    if (model.puts_off)
        for (unsigned i = 0; i < plan.thread_count; i++)
            look(i);
    priorities_find(priorities);
    for (unsigned i = 0; i < plan.thread_count && !model.puts_off; i++)
        if (model.threads[i].priority != priorities[i])
            move(i, priorities[i]);
}

// It is to be looked at by an alarm that comes before any thread; unless it is more
// urgent than that.
void model_owe(int thread, unsigned lent)
{
    if (model.puts_off && thread >= 0 && model.threads[thread].priority <= lent)
        model.threads[thread].stale = true;
}

static unsigned stale_count(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < plan.thread_count; i++)
        count += model.threads[i].stale;
    return count;
}

// Who begins to wait lends so much to it. If an alarm comes anyway, that does it.
void model_lend_or_owe(int thread, unsigned lent)
{
    if ((model.owing_in >= 0 || stale_count() > 0) && thread >= 0 &&
        model.threads[thread].priority < lent)
        model.threads[thread].stale = true;
}

void model_inherit_later(int thread, unsigned lent)
{
    model_owe(thread, lent);
    model_inherit();
}

bool model_is_deadlocked(void)
{
    for (unsigned i = 0; i < plan.thread_count; i++) {
        int at = waits_for(i);
        for (unsigned n = 0; at >= 0 && n < plan.thread_count; n++)
            at = waits_for((unsigned)at);
        if (at >= 0)
            return true;
    }
    return false;
}

// ---- The monitor

bool model_is_serial(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];

    if (t->depth == 0)
        return plan.threads[thread].monitor;
    const struct model_level *l = &t->levels[t->depth - 1];
    unsigned service = plan.processes[l->caller].imports[l->import];
    return !plan.services[service].reentrant;
}

static void queue_count(unsigned thread)
{
    unsigned owner =
        (unsigned)model.processes[model.threads[thread].inside].owner;
    int next = queues_for(owner);
    unsigned here = 0;

    for (unsigned i = 0; i < plan.thread_count; i++)
        here += queues_for(i) >= 0 && queues_for(i) == queues_for(thread);
    model.counts[GATE_OF_TWO] += here >= 2;
    model.counts[CHAIN_OF_TWO] += next >= 0;
    model.counts[CHAIN_OF_THREE] +=
        next >= 0 && queues_for((unsigned)next) >= 0;
    model.counts[GATE_TO_MUTEX] += next < 0 && waits_for(owner) >= 0;
}

void model_enter_monitor(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];
    struct model_process *p = &model.processes[t->inside];

    if (!model_is_serial(thread)) {
        model_ready(thread);
    } else if (p->owner < 0 || p->owner == (int)thread) {
        p->owner = (int)thread;
        model_ready(thread);
    } else {
        t->state = CMRX_THREAD_QUEUED;
        t->entering = false;
        t->order = ++model.order;
        model_lend_or_owe(p->owner, t->priority);
        model_inherit();
        queue_count(thread);
    }
}

// Where the monitor is taken an alarm does it.
void model_come_back(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];
    int owner = model.processes[t->inside].owner;

    if (!model.puts_off || !model_is_serial(thread) || owner < 0 ||
        (owner == (int)thread && model.owing_in < 0)) {
        model_enter_monitor(thread);
        return;
    }
    t->state = CMRX_THREAD_QUEUED;
    t->entering = false;
    t->arrival = ++model.arrivals;
}

static void pass_monitor(unsigned process)
{
    struct model_process *p = &model.processes[process];

    p->owner = model_mender_or(best(CMRX_THREAD_QUEUED, (int)process), process);
    if (p->owner >= 0)
        model_ready((unsigned)p->owner);
}

static bool is_owner(unsigned thread)
{
    unsigned process = model.threads[thread].inside;

    return model_is_serial(thread) &&
           model.processes[process].owner == (int)thread;
}

bool model_is_wanted(unsigned thread)
{
    unsigned process = model.threads[thread].inside;

    return is_owner(thread) && best(CMRX_THREAD_QUEUED, (int)process) >= 0;
}

void model_leave_monitor(unsigned thread)
{
    if (is_owner(thread))
        pass_monitor(model.threads[thread].inside);
    model_inherit();
}

// ---- What is left to the next alarm

// Who has come last of those that are to come to a gate, or -1.
static int last_arrival(void)
{
    int last = -1;

    for (unsigned i = 0; i < plan.thread_count; i++)
        if (model.threads[i].arrival >
            (last < 0 ? 0 : model.threads[last].arrival))
            last = (int)i;
    return last;
}

bool model_is_arriving(void)
{
    return last_arrival() >= 0;
}

static void come_in(unsigned thread)
{
    model.threads[thread].arrival = 0;
    model_enter_monitor(thread);
    model.counts[OWED_ENTRY]++;
    model.counts[OWED_ENTRIES] += last_arrival() >= 0;
}

bool model_owes_process(void)
{
    return last_arrival() >= 0 || model.owes_told || model.owing_in >= 0 ||
           model.owes_end >= 0;
}

static void look_again(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];
    unsigned before = t->priority;
    int next = waits_for(thread);

    REQUIRE(t->stale);
    t->stale = false;
    if (deserved(thread) != before)
        move(thread, deserved(thread));
    model.counts[OWED] += t->priority < before;
    model.counts[OWED_CHAIN] += t->priority != before && next >= 0;
    model.counts[OWED_CHAINS] += stale_count() > 0;
    model_inherit_later(t->priority != before ? next : -1,
                        t->priority > before ? t->priority : before);
}

static void tell(unsigned process)
{
    model_post_first(plan.events[plan.supervisor].process,
                     plan.events[plan.supervisor].word, 1u << process);
}

void model_tell_later(unsigned process)
{
    if (model.puts_off)
        model.owes_end = (int)process;
    else
        tell(process);
}

void model_settle(void)
{
    if (model.owing_in >= 0) {
        pass_monitor((unsigned)model.owing_in);
        model.owing_in = -1;
        model.counts[OWED_MONITOR]++;
        model_inherit();
    } else if (last_arrival() >= 0) {
        come_in((unsigned)last_arrival());
    } else if (model.owes_end >= 0) {
        tell((unsigned)model.owes_end);
        model.owes_end = -1;
        model.counts[OWED_END]++;
    } else {
        model.owes_told = false;
        model.counts[OWED_TOLD]++;
    }
}

void model_look(void)
{
    if (model.owing >= 0)
        look_again((unsigned)model.owing);
}

// Looks may be put off, but not so that it matters: whoever runs is as urgent as
// anybody who is ready would be behind them.
void model_put_off_check(void)
{
    unsigned priorities[SYSTEM_THREADS];

    priorities_find(priorities);
    for (unsigned i = 0; i < plan.thread_count; i++)
        if (model.threads[i].state == CMRX_THREAD_READY)
            REQUIRE(priorities[i] <= priorities[model.running]);
    model.counts[PUT_OFF] += stale_count() > 0;
}
