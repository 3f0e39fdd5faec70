// sched.c - who runs: the most urgent thread that is ready, and among equals
// the one that was ready first, for its turn.
//
// Every thread that is ready stands in ready[its priority], the running one
// too, always first there. `levels` has a bit for each list that is not empty;
// idle never waits, so it is never 0.
//
// While equals are ready an alarm comes every TURN_US / 2. Whose turn it was at
// two of them has had it. So a turn takes a little less than TURN_US at most, half
// of that at least, and to begin one takes no look at the clock.

#include "internal.h"

#define TURN_US 5000u

enum shared {
    SHARED_NOT,
    SHARED_SINCE_NOW, // the first alarm comes at once
    SHARED
};

struct thread *running;

void sched_ready(struct thread *t)
{
    t->state = CMRX_THREAD_READY;
    queue_push(&sched.ready[t->priority], t);
    sched.levels |= 1u << t->priority;
}

static void turn_end(const struct thread *t)
{
    if (sched.turn_of == t)
        sched.turn_of = NULL;
}

static void list_leave(struct thread *t)
{
    struct queue *ready = &sched.ready[t->priority];

    KERNEL_ASSERT(FILE_SCHED, t->state == CMRX_THREAD_READY);
    queue_pull(ready, t);
    if (ready->first != NULL)
        return;
    sched.levels &= ~(1u << t->priority);
    if (LATER && clock.owed.stale != 0)
        owed_turn();
}

void sched_unready(struct thread *t)
{
    list_leave(t);
    turn_end(t);
}

// Last among its new equals. But its turn goes with it, if it is being counted:
// then it stays first, and nobody else there is in his.
void sched_move(struct thread *t, uint8_t priority)
{
    list_leave(t);
    t->priority = priority;
    sched_ready(t);
    if (sched.turn_of == t)
        sched.ready[priority].first = t;
}

// It is first among its equals, as who runs and whose turn it is always are.
ALONE static void rotate(struct thread *t)
{
    sched.ready[t->priority].first = t->next;
    turn_end(t);
}

void sched_changed(void)
{
    sched.loaded = NULL;
}

// Also of somebody who is preempted: otherwise the alarm for his turn would come
// again and again until he runs.
void sched_turn_check(uint32_t now)
{
    if (sched.shared == SHARED_NOT ||
        (sched.shared == SHARED && time_earlier(now, sched.turn_alarm)))
        return;
    bool is_over = sched.turn_is_half;
    sched.turn_is_half = sched.shared == SHARED;
    sched.shared = sched.turn_of != NULL ? SHARED : SHARED_NOT;
    sched.turn_alarm = now + TURN_US / 2;
    if (sched.turn_of != NULL && is_over)
        rotate(sched.turn_of);
}

uint32_t sched_turn_alarm(uint32_t due)
{
    bool is_sooner =
        sched.shared == SHARED && time_earlier(sched.turn_alarm, due);

    return is_sooner ? sched.turn_alarm : due;
}

// What is lent stays lent when the lender has ended meanwhile: its death must
// not become a fault of the server that works on the buffer. At home a thread
// borrows from itself: it may touch that anyway.
void sched_map(const struct thread *t)
{
    const struct process *origin = t->image->home, *caller = origin;

    if (t->depth > 0)
        caller = innermost(t)->caller;
    port_map(t->inside->image->map, &t->image->window, t->cut,
             &caller->image->lent[0], &origin->image->lent[1]);
}

static port_resume load(struct thread *t)
{
    running = sched.loaded = t;
    return port_switch(t);
}

static port_resume resume(struct thread *t)
{
    return t == sched.loaded ? PORT_AS_IT_CAME : load(t);
}

// The first alarm comes at once and reads the clock, which would make this stretch
// longer. It does not count.
COLD static port_resume share(struct thread *t)
{
    sched.shared = SHARED_SINCE_NOW;
    time_alarm_soon();
    return resume(t);
}

// A turn is counted across preemption. Somebody who was preempted in his, and
// whose count is needed for another level now, has had it; not `after`, who has
// made room already (to rotate that again would only cost). True: nobody has shared
// before.
static bool turn_begin(struct thread *t, const struct thread *after)
{
    struct thread *last = sched.turn_of;

    if (last != after && last != NULL)
        rotate(last);
    sched.turn_of = t;
    sched.turn_is_half = false;
    return sched.shared == SHARED_NOT;
}

// The running thread lets its equals go first. None is more urgent than these.
port_resume sched_pass(struct thread *t)
{
    struct thread *next = t->next;

    if (next == t) {
        turn_end(t);
        return PORT_AS_IT_CAME;
    }
    sched.ready[t->priority].first = next;
    return turn_begin(next, t) ? share(next) : load(next);
}

static struct thread *first_ready(void)
{
    return sched.ready[port_highest(sched.levels)].first;
}

bool sched_is_above(uint8_t priority)
{
    return sched.levels >> priority > 1;
}

// While looks are owed nobody's turn begins: the alarm for them comes before any
// thread, and who is chosen now may be somebody's equal only by what he was lent.
static inline __attribute__((always_inline)) port_resume choose(void)
{
    struct thread *next = first_ready();

    KERNEL_ASSERT(FILE_SCHED, sched.levels != 0 && next != NULL);
    if (next->next != next && sched.turn_of != next && !owed_looks() &&
        turn_begin(next, NULL))
        return share(next);
    return resume(next);
}

port_resume sched_next(void)
{
    return choose();
}

// A line that waits comes in before anybody is chosen: `running` and `loaded` are as
// they were until then. The bench knows that to look is the first thing done.
port_resume sched_leave(void)
{
    port_resume line = PLAIN ? PORT_AS_IT_CAME : port_line();

    if (!PLAIN && __builtin_constant_p(line)) // nothing to look at, nor to call
        return choose();
    return line != PORT_AS_IT_CAME ? line : sched_next();
}

unsigned sched_check(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < priority_count && KERNEL_CHECKED; i++) {
        const struct thread *first = sched.ready[i].first;
        KERNEL_ASSERT(FILE_SCHED, (sched.levels >> i & 1) == (first != NULL));
        KERNEL_ASSERT(FILE_SCHED, first == NULL || first->priority == i);
        n += check_ring(first, CMRX_THREAD_READY, NULL);
    }
    KERNEL_ASSERT(FILE_SCHED,
                  port_line() != PORT_AS_IT_CAME ||
                      (running == first_ready() && running == sched.loaded));
    KERNEL_ASSERT(FILE_SCHED, sched.turn_of == NULL ||
                                  sched.ready[sched.turn_of->priority].first ==
                                      sched.turn_of);
    return n;
}
