// invariants.c - what holds of the kernel's objects between any two entries.
//
// Only what kernel.h says is looked at, not the statics of the files: the list
// of ready threads is found from a thread that is in it.

#include "invariants.h"

#include "group.h"
#include "internal.h"
#include "system.h"

static bool is_thread(const struct thread *t)
{
    return t >= threads && t < threads + plan.thread_count;
}

// ---- Queues

// Threads in a circular list, all in `state` and inside p (NULL: anywhere).
static unsigned ring_length(const struct thread *first, unsigned state,
                            const struct process *p)
{
    const struct thread *t = first;
    unsigned n = 0;

    do {
        REQUIRE(is_thread(t) && is_thread(t->next));
        REQUIRE(t->next->previous == t);
        REQUIRE(t->state == state && t->priority == first->priority);
        REQUIRE(state != CMRX_THREAD_WAITING || t->key == first->key);
        REQUIRE(p == NULL || t->inside == p);
        REQUIRE(state != CMRX_THREAD_WAITING || t->next == first ||
                wait_ticket(t) < wait_ticket(t->next));
        REQUIRE(++n <= plan.thread_count);
        t = t->next;
    } while (t != first);
    return n;
}

// A ring for each priority, the higher ones first.
static unsigned queue_length(const struct queue *q, unsigned state,
                             const struct process *p)
{
    unsigned n = 0;

    for (const struct thread *t = q->first; t != NULL; t = t->lower) {
        REQUIRE(t->lower == NULL || t->lower->priority < t->priority);
        n += ring_length(t, state, p);
    }
    return n;
}

// All that wait for words: those of a node of the tree, and below it. `bits` of
// their addresses lead there.
static unsigned words_length(struct process *p, const uint8_t *link,
                             uintptr_t leads, unsigned bits)
{
    const struct queue q = words_queue(link);
    const struct thread *t = q.first;

    if (t == NULL)
        return 0;
    REQUIRE(is_thread(t));
    REQUIRE(bits <= 30 &&
            (t->key >> 2 & (((uintptr_t)1 << bits) - 1)) == leads);
    REQUIRE(words_find(p, t->key) == link);
    for (const struct thread *other = t->lower; other != NULL;
         other = other->lower)
        REQUIRE(other->key == t->key);
    return queue_length(&q, CMRX_THREAD_WAITING, p) +
           words_length(p, &t->words[0], leads, bits + 1) +
           words_length(p, &t->words[1], leads | (uintptr_t)1 << bits,
                        bits + 1);
}

static unsigned in_state(unsigned state, const struct process *p)
{
    unsigned n = 0;

    for (unsigned i = 0; i < plan.thread_count; i++)
        n += threads[i].state == state && (p == NULL || threads[i].inside == p);
    return n;
}

// It is in no queue, and will be at a gate.
static bool is_arriving(const struct thread *t)
{
    unsigned n = clock.owed.comes;

    while (n != 0 && thread_numbered(n) != t)
        n = thread_numbered(n)->also;
    return n != 0;
}

static unsigned arriving_in(const struct process *p)
{
    unsigned n = 0;

    for (unsigned i = 0; i < plan.thread_count; i++)
        n += threads[i].inside == p && is_arriving(&threads[i]);
    return n;
}

static unsigned waiting_for_words(const struct process *p)
{
    unsigned n = 0;

    for (unsigned i = 0; i < plan.thread_count; i++)
        n += threads[i].state == CMRX_THREAD_WAITING &&
             threads[i].inside == p && threads[i].key != 0 &&
             !is_thread((const struct thread *)threads[i].key);
    return n;
}

static unsigned ready_at(unsigned priority)
{
    unsigned n = 0;

    for (unsigned i = 0; i < plan.thread_count; i++)
        n += threads[i].state == CMRX_THREAD_READY &&
             threads[i].priority == priority;
    return n;
}

static void queues_check(void)
{
    for (unsigned i = 0; i < plan.process_count; i++) {
        struct process *p = &processes[i];
        REQUIRE(queue_length(&p->gate, CMRX_THREAD_QUEUED, p) +
                    arriving_in(p) ==
                in_state(CMRX_THREAD_QUEUED, p));
        REQUIRE(words_length(p, &p->waiting, 0, 0) == waiting_for_words(p));
    }
    for (unsigned i = 0; i < plan.thread_count; i++)
        if (threads[i].state == CMRX_THREAD_READY)
            REQUIRE(ring_length(&threads[i], CMRX_THREAD_READY, NULL) ==
                    ready_at(threads[i].priority));
}

// ---- Threads and processes

static bool is_in_chain(const struct thread *t, const struct process *p)
{
    if (t->inside == p)
        return true;
    for (unsigned i = 0; i < t->depth; i++)
        if (t->image->calls[i].caller == p)
            return true;
    return false;
}

// To whom those lend who wait for the same word, or NULL.
static const struct thread *lends_to(const struct thread *t)
{
    if (t->state == CMRX_THREAD_QUEUED)
        return is_arriving(t) ? NULL : t->inside->owner;
    if (t->state != CMRX_THREAD_WAITING)
        return NULL;
    const struct queue q = words_queue(words_find(t->inside, t->key));
    return q.first != NULL && q.first->owner != 0 ? &threads[q.first->owner - 1]
                                                  : NULL;
}

// Its own, or that of somebody who waits for a monitor or a mutex that it has.
static unsigned priority_wanted(const struct thread *t)
{
    unsigned priority = t->base;

    for (unsigned i = 0; i < plan.thread_count; i++)
        if (lends_to(&threads[i]) == t && threads[i].priority > priority)
            priority = threads[i].priority;
    return priority;
}

// Its call into p is marked, so that no short way leads back. (Here a process may be
// on the way twice, which a build refuses: one of them is.)
static bool is_marked(const struct thread *t, const struct process *p)
{
    for (unsigned i = 0; i < t->depth; i++)
        if (t->image->calls[i].service->process == p &&
            (t->image->calls[i].sp & (HAS_DEADLINE | HURRIED)) != 0)
            return true;
    return t->image->home == p;
}

// Those it holds are linked, each once; and who is linked nowhere lends nothing.
static void mutexes_check(const struct thread *t)
{
    unsigned linked = 0, all = 0;

    for (unsigned n = t->holds; n != 0; n = threads[n - 1].also) {
        const struct thread *first = &threads[n - 1];
        REQUIRE(n <= plan.thread_count && ++linked <= plan.thread_count);
        REQUIRE(first->state == CMRX_THREAD_WAITING);
        REQUIRE(words_queue(words_find(first->inside, first->key)).first ==
                first);
        REQUIRE(is_in_chain(t, first->inside));
        REQUIRE(is_marked(t, first->inside));
        REQUIRE(first->owner == thread_index(t) + 1);
    }
    for (unsigned i = 0; i < plan.thread_count; i++)
        all += threads[i].owner == thread_index(t) + 1;
    REQUIRE(linked == all);
    REQUIRE(t->owner != 0 || t->also == 0 || is_arriving(t));
    REQUIRE(t->state != CMRX_THREAD_DORMANT || linked == 0);
}

static void thread_check(const struct thread *t)
{
    mutexes_check(t);
    if (t->state == CMRX_THREAD_DORMANT)
        return;
    REQUIRE(t->depth <= t->image->depth);
    REQUIRE(t->stale || t->priority == priority_wanted(t));
    REQUIRE(process_is_alive(t->inside));
    REQUIRE(t->depth > 0 || t->inside == t->image->home);
    REQUIRE(t->depth > 0 || t->generation == t->inside->generation);
    REQUIRE(t->low == t->image->stack.base && t->slice > 0 &&
            t->slice <= t->image->stack.size);
    if (t->state == CMRX_THREAD_WAITING || t->state == CMRX_THREAD_QUEUED)
        REQUIRE(t->inside->owner != t || !monitor_wanted(t) ||
                owed_by_process() || // it is not passed on yet
                (process_mends(t) && t->state == CMRX_THREAD_WAITING));
    if (t->state == CMRX_THREAD_READY && monitor_wanted(t))
        REQUIRE(t->inside->owner == t);
    if (t->state == CMRX_THREAD_QUEUED)
        REQUIRE(t->inside->owner != NULL && monitor_wanted(t));
    REQUIRE(!t->hurried || t->state != CMRX_THREAD_WAITING);
    REQUIRE(t->forced <= FORCED_LATER || (t->hurried && fake.is_pended));
}

// The thread for that lives, and is of this life of the process.
static bool is_being_mended(const struct process *p)
{
    for (unsigned i = 0; i < p->image->thread_count; i++) {
        const struct thread *t = &threads[p->image->first_thread + i];
        if (t->image->dormant == CMRX_RECOVERS)
            return t->state != CMRX_THREAD_DORMANT &&
                   t->generation == p->generation;
    }
    return false;
}

static void process_check(const struct process *p)
{
    bool is_running = process_is_alive(p);

    REQUIRE(is_running ||
            (p->owner == NULL && p->gate.first == NULL && p->waiting == 0));
    REQUIRE(p->owner != NULL || p->gate.first == NULL);
    if (p->owner != NULL && !owed_by_process()) { // it may be out already
        REQUIRE(p->owner->state != CMRX_THREAD_DORMANT);
        REQUIRE(is_in_chain(p->owner, p));
    }
    REQUIRE(timer_slot[process_timer(p)] != 0 ||
            (p->state != CMRX_PROCESS_BACKOFF &&
             (!is_running || p->failures == 0)));
    REQUIRE(!is_running || p->generation != 0);
    REQUIRE(p->state != CMRX_PROCESS_DIRTY || is_being_mended(p));
    REQUIRE(p->state != CMRX_PROCESS_DIRTY || p->owner == NULL ||
            owed_by_process() ||     // it may be out already
            is_marked(p->owner, p)); // the mender is next
}

static void running_check(void)
{
    REQUIRE(is_thread(running) && running->state == CMRX_THREAD_READY);
    for (unsigned i = 0; i < plan.thread_count; i++)
        REQUIRE(threads[i].state != CMRX_THREAD_READY ||
                threads[i].priority <= running->priority);
}

// ---- Time

// Of 32 bits, when that is: not far from now.
uint64_t invariants_due(unsigned timer)
{
    uint64_t now = time_now();

    uint32_t due = timer_due[timer_slot[timer] - 1];

    return now + (uint64_t)(int32_t)(due - (uint32_t)now);
}

// When it is looked at for its calls, at the latest. When it was to be forced out of one
// it may have had to let others go first: until then it is not looked at for another,
// also where that one is over since, or counts no more (PART_CLEARED).
static uint64_t call_looked_at(unsigned thread)
{
    static uint64_t put_off[SYSTEM_THREADS];
    const struct thread *t = &threads[thread];
    uint64_t later = time_now() + INVARIANTS_LATER, call = call_due(t);

    if (t->forced == FORCED_LATER && timer_slot[thread] != 0)
        put_off[thread] = invariants_due(thread);
    if (call <= time_now())
        return later;
    if (put_off[thread] < later)
        later = put_off[thread];
    return call < later ? later : call;
}

// Who waits, or is in a call with a deadline, is looked at no later than that.
static void deadline_check(unsigned thread)
{
    const struct thread *t = &threads[thread];
    uint64_t deadline = wait_deadline(t);

    if (t->depth > 0 && deadline <= time_now())
        deadline = time_now() + INVARIANTS_LATER;
    if (call_looked_at(thread) < deadline)
        deadline = call_looked_at(thread);
    REQUIRE(deadline == UINT64_MAX ||
            (timer_slot[thread] != 0 && invariants_due(thread) <= deadline));
}

static unsigned timers_armed(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < plan.thread_count; i++) {
        n += timer_slot[i] != 0;
        deadline_check(i);
    }
    for (unsigned i = 0; i < plan.process_count; i++)
        n += timer_slot[process_timer(&processes[i])] != 0;
    return n;
}

// The alarm may come a little late; see ticks_until().
void invariants_alarm(uint64_t deadline)
{
    uint64_t due =
        (fake.ticks + fake_alarm_in()) * plan.clock_us / plan.clock_ticks;
    uint64_t now = time_now();
    uint64_t slack =
        2 + (4 * PORT_TICKS_MIN + 2) * plan.clock_us / plan.clock_ticks;

    uint64_t wanted = deadline > now ? deadline : now;
    REQUIRE(due <= wanted || due - wanted <= slack);
}

static void heap_check(void)
{
    unsigned n = timers_armed();

    for (unsigned at = 0; at < n; at++) {
        unsigned timer = timer_heap[at];
        REQUIRE(timer < plan.thread_count + plan.process_count);
        REQUIRE(timer_slot[timer] == at + 1);
        REQUIRE(at == 0 || invariants_due(timer_heap[(at - 1) / 4]) <=
                               invariants_due(timer));
    }
    if (n > 0)
        invariants_alarm(invariants_due(timer_heap[0]));
}

// ---- Protection: what is loaded is what the running thread may touch

static void map_check(void)
{
    const struct thread *t = running;
    const struct port_region *origin = t->image->home->image->lent + 1;
    const struct port_region *caller = t->image->home->image->lent;

    if (t->depth > 0)
        caller = t->image->calls[t->depth - 1].caller->image->lent;
    REQUIRE(fake.map.map == t->inside->image->map);
    REQUIRE(fake.map.stack == &t->image->window);
    REQUIRE(fake.map.cut == t->slice);
    REQUIRE(fake.map.caller == caller && fake.map.origin == origin);
}

bool invariants_owed(void)
{
    return owed_by_process() || owed_looks();
}

void invariants_check(void)
{
    queues_check();
    for (unsigned i = 0; i < plan.thread_count; i++)
        thread_check(&threads[i]);
    for (unsigned i = 0; i < plan.process_count; i++)
        process_check(&processes[i]);
    running_check();
    heap_check();
    map_check();
    REQUIRE(system_guards_are_intact());
}
