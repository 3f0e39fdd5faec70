// model_waits.c - what waiting, waking and posting are to do.

#include "model.h"

// ---- What they come to

// What it has lent it lends until it is ready or at a gate.
static void go_on(unsigned thread, uint32_t low, int32_t status)
{
    struct model_thread *t = &model.threads[thread];

    t->deadline = MODEL_NEVER;
    t->leaving = t->lends;
    t->lends = -1;
    model_reply(thread, low, 0, status);
    model_come_back(thread);
    t->leaving = -1;
}

void model_wait_end(unsigned thread, uint32_t low, int32_t status)
{
    unsigned lowered = model.counts[LOWERED];
    bool was_lender = model.threads[thread].lends >= 0;

    go_on(thread, low, status);
    model_inherit();
    model.counts[MUTEX_TOO_LATE] +=
        was_lender && model.counts[LOWERED] > lowered;
}

// By an alarm: whom it has lent to stays as urgent until the next one.
void model_wait_late(unsigned thread, int32_t status)
{
    const struct model_thread *t = &model.threads[thread];

    model_inherit_later(t->lends, t->priority);
    model_wait_end(thread, 0, status);
}

static bool is_woken_before(const struct model_thread *a,
                            const struct model_thread *b)
{
    return a->priority > b->priority ||
           (a->priority == b->priority && a->ticket < b->ticket);
}

static int best_waiter(unsigned process, uint32_t word, uint64_t before)
{
    int found = -1;

    for (unsigned i = 0; i < plan.thread_count; i++) {
        const struct model_thread *t = &model.threads[i];
        if (!model_is_waiter(t, process, word) || t->ticket >= before)
            continue;
        if (found < 0 || is_woken_before(t, &model.threads[found]))
            found = (int)i;
    }
    return found;
}

unsigned model_first_lent(unsigned process, uint32_t word)
{
    return model.threads[best_waiter(process, word, MODEL_NEVER)].priority;
}

// The best of those that began to wait before that ticket.
int model_wake(unsigned process, uint32_t word, uint64_t before)
{
    int t = best_waiter(process, word, before);

    if (t < 0)
        return -1;
    int owner = model.threads[t].lends;
    unsigned lent = model_first_lent(process, word);
    go_on((unsigned)t, 0, CMRX_OK);
    if (owner >= 0) {
        model.counts[MUTEX_HANDED] += model_is_awaited(process, word);
        model_owe(model_is_awaited(process, word) || model_is_arriving() ? owner
                                                                         : -1,
                  lent);
        model_mutex_pass(process, word, t);
        model_inherit();
    }
    return t;
}

bool model_is_awaited(unsigned process, uint32_t word)
{
    return best_waiter(process, word, MODEL_NEVER) >= 0;
}

int model_joiner(unsigned thread)
{
    for (unsigned i = 0; i < plan.thread_count; i++)
        if (model.threads[i].state == CMRX_THREAD_WAITING &&
            model.threads[i].joins == (int)thread)
            return (int)i;
    return -1;
}

// By the hardware or the kernel: nobody runs before all are woken.
bool model_post_first(unsigned process, unsigned word, uint32_t bits)
{
    struct model_process *p = &model.processes[process];

    if (!model_is_alive(process))
        return false;
    p->memory[word] |= bits;
    return model_wake(process, system_word(process, word), MODEL_NEVER) >= 0;
}

void model_post(unsigned process, unsigned word, uint32_t bits)
{
    while (model_post_first(process, word, bits))
        continue;
}

// ---- The system calls

// The word of the process the thread is in, or NULL.
uint32_t *model_word(unsigned thread, uint32_t address)
{
    unsigned process = model.threads[thread].inside;
    uint32_t base = system_word(process, 0);

    if (address % 4 != 0 || address < base || address >= base + SYSTEM_MEMORY)
        return NULL;
    return &model.processes[process].memory[(address - base) / 4];
}

static uint64_t deadline_of(const struct model_thread *t)
{
    return t->now.r[2] | (uint64_t)t->now.r[3] << 32;
}

// Where the kernel keeps the ticket, a reply will come.
static void ticket_take(unsigned thread)
{
    uint64_t ticket = ++model.tickets;

    model.threads[thread].ticket = ticket;
    model.threads[thread].now.r[0] = (uint32_t)ticket;
    model.threads[thread].now.r[1] = (uint32_t)(ticket >> 32);
}

void model_wait(unsigned thread, uint32_t word, int joins)
{
    struct model_thread *t = &model.threads[thread];
    uint64_t deadline = deadline_of(t);

    model.counts[REFUSED_WAIT] += model_is_hurried(thread);
    if (model_is_cancelled(thread) || model_is_hurried(thread)) {
        model_reply(thread, 0, 0, CMRX_CANCELLED);
    } else if (deadline != MODEL_NEVER && deadline <= model.now &&
               !model.begins_late) {
        model_reply(thread, 0, 0, CMRX_TIMEOUT);
    } else {
        if (model.puts_off && !model_mends(thread) && model_is_wanted(thread))
            model.owing_in = (int)t->inside;
        else if (!model_mends(thread))
            model_leave_monitor(thread);
        model_unready(thread);
        t->lends = joins < 0 && word != 0 ? model_lent_at(t->inside, word) : -1;
        t->state = CMRX_THREAD_WAITING;
        t->word = word;
        t->joins = joins;
        t->deadline = deadline;
        ticket_take(thread);
        model_lend_or_owe(t->lends, t->priority);
        model_inherit();
    }
}

void model_do_wait(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];
    uint32_t address = t->now.r[0];
    uint32_t *word = model_word(thread, address);

    if (address != 0 && word == NULL)
        model_reply(thread, 0, 0, CMRX_INVALID);
    else if (address != 0 && *word != t->now.r[1])
        model_reply(thread, 0, 0, CMRX_CHANGED);
    else if (address != 0 && (t->now.word & CMRX_WAIT_OWNER) != 0)
        model_wait_for_owner(thread, address, word);
    else
        model_wait(thread, address, -1);
}

// A call that wakes is made again for each more, and says so in its word.
static uint32_t woken_before(const struct model_thread *t)
{
    return t->now.word >> 8;
}

static uint64_t ticket_of(const struct model_thread *t)
{
    return woken_before(t) > 0 ? deadline_of(t) : model.tickets + 1;
}

static void repeat(unsigned thread, uint32_t woken, uint64_t ticket)
{
    struct model_thread *t = &model.threads[thread];

    t->now.word = (t->now.word & 0xff) | woken << 8;
    t->now.r[2] = (uint32_t)ticket;
    t->now.r[3] = (uint32_t)(ticket >> 32);
    t->now.pc -= 2;
    t->repeats = true;
}

void model_do_wake(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];
    uint32_t address = t->now.r[0], count = t->now.r[1];
    uint32_t woken = woken_before(t);
    uint64_t ticket = ticket_of(t);
    bool is_one = false;

    if (model_word(thread, address) == NULL) {
        model_reply(thread, 0, 0, CMRX_INVALID);
        return;
    }
    if (woken < count)
        is_one = model_wake(t->inside, address, ticket) >= 0;
    woken += is_one;
    if (is_one && woken < count && model_is_awaited(t->inside, address))
        repeat(thread, woken, ticket);
    else
        model_reply(thread, woken, 0, CMRX_OK);
}

static void post(unsigned thread, const struct plan_event *e)
{
    struct model_thread *t = &model.threads[thread];
    struct model_process *p = &model.processes[e->process];
    uint32_t word = system_word(e->process, e->word);
    uint64_t ticket = ticket_of(t);

    if (!model_is_alive(e->process)) {
        model_reply(thread, 0, 0, CMRX_CLOSED);
        return;
    }
    if (woken_before(t) == 0)
        p->memory[e->word] |= t->now.r[1];
    if (model_wake(e->process, word, ticket) >= 0 &&
        model_is_awaited(e->process, word))
        repeat(thread, 1, ticket);
    else
        model_reply(thread, 0, 0, CMRX_OK);
}

void model_wake_begin(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];
    uint32_t woken = woken_before(t);

    model.counts[GAVE_WAY_WAKE]++;
    if ((t->now.word & 0xff) == CMRX_SYS_POST) {
        const struct plan_process *p = &plan.processes[t->inside];
        const struct plan_event *e = &plan.events[p->posts[t->now.r[0]]];
        if (woken == 0)
            model.processes[e->process].memory[e->word] |= t->now.r[1];
        repeat(thread, 1, ticket_of(t));
    } else {
        repeat(thread, woken, ticket_of(t));
    }
}

void model_do_post(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];
    const struct plan_process *p = &plan.processes[t->inside];

    if (t->now.r[0] >= p->post_count)
        model_reply(thread, 0, 0, CMRX_INVALID);
    else
        post(thread, &plan.events[p->posts[t->now.r[0]]]);
}
