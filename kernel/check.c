// check.c - the kernel looks at itself: what holds of its objects between any
// two entries. In test builds only; a violation is a panic that names the line.
//
// kernel/test/invariants.c says nearly the same from outside, for the host. Here
// the real objects of a real system are looked at while it runs.

#include "internal.h"

#define CHECK(e) KERNEL_ASSERT(FILE_CHECK, e)

// After which system calls: a bit per number, the last for all others. The tool
// that runs a test writes it into the image; it is 0 for everybody else.
static const uint32_t check_wanted = 0;

#define OTHERS 31u

static bool is_thread(const struct thread *t)
{
    return t >= threads && t < threads + thread_count &&
           t == &threads[t - threads];
}

// ---- Queues

unsigned check_ring(const struct thread *first, unsigned state,
                    const struct process *inside)
{
    const struct thread *t = first;
    unsigned n = 0;

    if (!KERNEL_CHECKED || t == NULL)
        return 0;
    do {
        CHECK(is_thread(t) && is_thread(t->next));
        CHECK(t->next->previous == t);
        CHECK(t->state == state && t->priority == first->priority);
        CHECK(inside == NULL || t->inside == inside);
        CHECK(++n <= thread_count);
        t = t->next;
    } while (t != first);
    return n;
}

// Of several priorities.
static unsigned check_queue(const struct queue *q, unsigned state,
                            const struct process *inside)
{
    unsigned n = 0;

    for (const struct thread *t = q->first; t != NULL; t = t->lower) {
        n += check_ring(t, state, inside);
        CHECK(t->lower == NULL || t->lower->priority < t->priority);
    }
    return n;
}

// How many wait for the words that are below that one, and for itself. Where it
// goes on is a thread more: they stand in a tree, and none is in it twice.
static unsigned words_check(const struct thread *t)
{
    struct process *p = t->inside;
    const struct queue q = words_queue(words_find(p, t->key));

    if (q.first != t)
        return 0;
    for (unsigned i = 0; i < 2; i++) {
        unsigned below = t->words[i];
        CHECK(below <= thread_count);
        if (below != 0)
            CHECK(words_find(p, threads[below - 1].key) == &t->words[i]);
    }
    return check_queue(&q, CMRX_THREAD_WAITING, p);
}

static bool waits_for_word(const struct thread *t)
{
    return t->key != 0 && (t->key < (uintptr_t)threads ||
                           t->key >= (uintptr_t)(threads + thread_count));
}

// A thread that is in some state is in the queue for it: all queues are sound,
// and hold as many as there are.
static void queues_check(void)
{
    unsigned n[4] = { 0 }, words = 0;

    for (unsigned i = 0; i < thread_count; i++) {
        const struct thread *t = &threads[i];
        CHECK(t->state < 4);
        n[t->state]++;
        if (t->state == CMRX_THREAD_WAITING && waits_for_word(t))
            words += words_check(t) - 1;
    }
    CHECK(sched_check() == n[CMRX_THREAD_READY] && words == 0);
    for (unsigned i = 0; i < process_count; i++) {
        const struct process *p = &processes[i];
        n[CMRX_THREAD_QUEUED] -= check_queue(&p->gate, CMRX_THREAD_QUEUED, p);
    }
    CHECK(n[CMRX_THREAD_QUEUED] == 0);
}

// ---- Where a thread is

static const struct service *service_called(const struct call *c)
{
    const struct process_image *caller = c->caller->image;
    unsigned i = 0;

    while (i < caller->import_count && caller->imports[i] != c->service)
        i++;
    CHECK(i < caller->import_count);
    return c->service;
}

// Nobody is inside of what has ended, and no door leads there.
static void doors_check(const struct process_image *image)
{
    for (unsigned i = 0; i < image->import_count; i++) {
        const struct service *to = image->doors[i].to;
        CHECK(to == &door_new || to == &door_stale ||
              (to == &door_dirty &&
               process_is_alive(image->imports[i]->process)) ||
              ((to == image->imports[i] || to == &door_large) &&
               image->imports[i]->process->state == CMRX_PROCESS_RUNNING));
    }
}

// In place of what its caller may touch it is counted there what is cleared of that;
// and nobody goes back there, nor to who comes behind.
static bool is_cleared(const struct thread *t, unsigned i)
{
    const struct call *c = &t->image->calls[i];

    CHECK((c->slice & PART_CLEARED) != 0 && i > 0);
    CHECK(clear_done(c) <= c[-1].service->room);
    for (; i < t->depth; i++)
        CHECK((t->image->calls[i].sp & CALLER_ENDED) != 0);
    return true;
}

// The calls of t lead from its home to where it is, each below the one before
// on its stack. Is p on the way, with its monitor wanted?
static bool calls_check(const struct thread *t, const struct process *p)
{
    const struct process *at = t->image->home;
    uintptr_t base = t->image->stack.base;
    uintptr_t top = base + t->image->stack.size;
    bool in_monitor = at == p && t->image->monitor;

    CHECK(t->depth <= t->image->depth);
    for (unsigned i = 0; i < t->depth; i++) {
        const struct call *c = &t->image->calls[i];
        uintptr_t sp = call_sp(c);
        CHECK(c->caller == at);
        CHECK(c->slice == top - base || is_cleared(t, i));
        CHECK(c->cut ==
              port_stack_cut(&t->image->window, (uint32_t)(top - base)));
        CHECK(sp % 8 == 0 && sp >= base && sp <= top - PORT_FRAME_BYTES);
        top = base + call_slice(t, sp);
        CHECK(top >= base && top <= sp && c->top >= base && c->top <= top);
        at = service_called(c)->process;
        in_monitor |= at == p && !service_called(c)->reentrant;
    }
    CHECK(t->inside == at && t->low == base && t->slice == top - base);
    CHECK(t->cut == port_stack_cut(&t->image->window, t->slice));
    return in_monitor;
}

static bool home_has_ended(const struct thread *t)
{
    const struct process *home = t->image->home;

    return !process_is_alive(home) || home->generation != t->generation;
}

static void monitor_check(const struct thread *t)
{
    bool is_owner = t->inside->owner == t;

    if (t->state == CMRX_THREAD_READY)
        CHECK(is_owner || !monitor_wanted(t));
    else
        CHECK(!is_owner || !monitor_wanted(t) || process_mends(t));
    if (t->state == CMRX_THREAD_QUEUED)
        CHECK(t->inside->owner != NULL && monitor_wanted(t));
}

// It is in p, or has it on its way; and if it came there by a call, that one is marked,
// so that no short way leads back. Unlike mutex_works_in() this marks nothing.
static bool comes_back_slowly(const struct thread *t, const struct process *p)
{
    for (unsigned n = t->depth; n-- > 0;) {
        const struct call *c = &t->image->calls[n];
        if (c->service->process == p)
            return (c->sp & (HAS_DEADLINE | HURRIED)) != 0;
    }
    return t->image->home == p;
}

// The first ones that lend to t are linked from it: each of a word of a process where
// it works. How many.
static unsigned held_check(const struct thread *t)
{
    unsigned linked = 0;

    for (unsigned n = t->holds; n != 0; n = threads[n - 1].also) {
        const struct thread *first = &threads[n - 1];
        CHECK(n <= thread_count && ++linked <= thread_count);
        CHECK(first->state == CMRX_THREAD_WAITING && waits_for_word(first));
        CHECK(first->owner == t->number && comes_back_slowly(t, first->inside));
        CHECK(words_queue(words_find(first->inside, first->key)).first ==
              first);
    }
    return linked;
}

// No others lend.
static void mutexes_check(void)
{
    unsigned linked = 0;

    for (unsigned i = 0; i < thread_count; i++) {
        const struct thread *t = &threads[i];
        CHECK(t->number == i + 1 && (t->owner != 0 || t->also == 0));
        CHECK(t->holds == 0 || t->state != CMRX_THREAD_DORMANT);
        linked += held_check(t) - (t->owner != 0);
    }
    CHECK(linked == 0);
}

// Found by looking at all monitors, not along its calls.
static unsigned priority_wanted(const struct thread *t)
{
    unsigned priority = t->base;

    for (unsigned n = t->holds; n != 0; n = threads[n - 1].also)
        if (threads[n - 1].priority > priority)
            priority = threads[n - 1].priority;
    for (unsigned i = 0; i < process_count; i++) {
        const struct process *p = &processes[i];
        if (p->owner != t)
            continue;
        if (p->gate.first != NULL && p->gate.first->priority > priority)
            priority = p->gate.first->priority;
    }
    return priority;
}

static bool in_hurried_call(const struct thread *t)
{
    bool found = false;

    for (unsigned i = 0; i < t->depth; i++)
        found |= call_is_hurried(&t->image->calls[i]);
    return found;
}

static void thread_check(const struct thread *t)
{
    if (t->state == CMRX_THREAD_DORMANT)
        return;
    if (wait_deadline(t) != UINT64_MAX)
        CHECK(timer_slot[thread_index(t)] != 0);
    CHECK(call_due(t) == UINT64_MAX || timer_slot[thread_index(t)] != 0);
    CHECK(t->hurried == in_hurried_call(t));
    CHECK(t->forced <= FORCED_LATER ||
          (t->hurried && timer_slot[thread_index(t)] != 0));
    calls_check(t, NULL);
    CHECK(process_is_alive(t->inside));
    CHECK(t->depth > 0 || !home_has_ended(t));
    CHECK(t->cancelled == call_is_cancelled(t));
    CHECK(t->cancelled || !home_has_ended(t));
    CHECK(t->again == 0 || (t->cancelled && process_is_alive(t->image->home)));
    CHECK(t->base <= t->image->priority &&
          (t->stale || t->priority == priority_wanted(t)));
    CHECK(t->serial == t->image->monitor);
    CHECK(!(t->cancelled || t->hurried) || t->state != CMRX_THREAD_WAITING);
    monitor_check(t);
}

// The thread for that lives, and is of this life of the process.
static bool is_being_mended(const struct process *p)
{
    const struct thread *t = threads + p->image->first_thread;
    const struct thread *end = t + p->image->thread_count;

    while (t < end && t->image->dormant != CMRX_RECOVERS)
        t++;
    return t < end && t->state != CMRX_THREAD_DORMANT && !home_has_ended(t);
}

static void process_check(const struct process *p)
{
    const struct thread *owner = p->owner;

    CHECK(timer_slot[process_timer(p)] != 0 ||
          (p->state != CMRX_PROCESS_BACKOFF &&
           (!process_is_alive(p) || p->failures == 0)));
    CHECK(p->owner != NULL || p->gate.first == NULL);
    doors_check(p->image);
    if (process_is_alive(p))
        CHECK(p->generation != 0);
    else
        CHECK(owner == NULL && p->waiting == 0);
    if (p->state == CMRX_PROCESS_DIRTY) {
        CHECK(is_being_mended(p));
        CHECK(owner == NULL || comes_back_slowly(owner, p)); // to the mender
    }
    if (owner != NULL) {
        CHECK(is_thread(owner) && owner->state != CMRX_THREAD_DORMANT);
        CHECK(calls_check(owner, p));
    }
}

static unsigned timers_armed(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < thread_count + process_count; i++)
        n += timer_slot[i] != 0;
    return n;
}

// As many as are marked; and if they are to be looked at now, an alarm comes for that.
static void owed_check(void)
{
    unsigned stale = 0;

    for (unsigned i = 0; i < thread_count; i++)
        stale += threads[i].stale;
    CHECK(clock.owed.stale == stale && (stale > 0 || clock.owed.most == 0));
    CHECK(!owed_looks() || clock.is_pended);
}

void kernel_check(void)
{
    if (!KERNEL_CHECKED || owed_by_process()) // half of a way back
        return;
    queues_check();
    mutexes_check();
    for (unsigned i = 0; i < thread_count; i++)
        thread_check(&threads[i]);
    for (unsigned i = 0; i < process_count; i++)
        process_check(&processes[i]);
    owed_check();
    CHECK(time_check() == timers_armed());
}

void check_after(uint32_t number)
{
    const volatile uint32_t *wanted = &check_wanted; // not what it is here
    uint32_t bit = number < OTHERS ? number : OTHERS;

    if (KERNEL_CHECKED && *wanted >> bit & 1)
        kernel_check();
}
