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
#define AT_ONCE 0u

struct thread *running;

static struct queue ready[PRIORITIES];
static uint32_t levels;
static bool changed; // what `running` may touch, or its registers

// Whose turn is being counted, if anybody's. Only where equals are ready.
static struct thread *turn_of;
static bool turn_is_half;   // the alarm has come in it
static bool is_shared;      // there is such an alarm,
static uint64_t turn_alarm; // and when

void sched_ready(struct thread *t)
{
    t->state = CMRX_THREAD_READY;
    queue_push(&ready[t->priority], t);
    levels |= 1u << t->priority;
}

static void turn_end(const struct thread *t)
{
    if (turn_of == t)
        turn_of = NULL;
}

void sched_unready(struct thread *t)
{
    KERNEL_ASSERT(FILE_SCHED, t->state == CMRX_THREAD_READY);
    queue_pull(&ready[t->priority], t);
    if (ready[t->priority].first == NULL)
        levels &= ~(1u << t->priority);
    turn_end(t);
}

// It is first among its equals, as who runs and whose turn it is always are.
void sched_rotate(struct thread *t)
{
    ready[t->priority].first = t->next;
    turn_end(t);
}

void sched_changed(void)
{
    changed = true;
}

// Also of somebody who is preempted: otherwise the alarm for his turn would come
// again and again until he runs.
void sched_turn_check(uint64_t now)
{
    if (!is_shared || now < turn_alarm)
        return;
    if (turn_of == NULL)
        is_shared = false;
    else if (turn_is_half)
        sched_rotate(turn_of);
    turn_is_half = turn_alarm != AT_ONCE;
    turn_alarm = now + TURN_US / 2;
}

uint64_t sched_turn_alarm(void)
{
    return is_shared ? turn_alarm : UINT64_MAX;
}

// The first alarm comes at once and reads the clock, which would make this stretch
// longer. It does not count.
COLD static void share(void)
{
    is_shared = true;
    turn_alarm = AT_ONCE;
    time_alarm_soon();
}

// A turn is counted across preemption. Somebody who was preempted in his, and
// whose count is needed for another level now, has had it.
static void turn_begin(struct thread *t)
{
    if (turn_of != NULL)
        sched_rotate(turn_of);
    turn_of = t;
    turn_is_half = false;
    if (!is_shared)
        share();
}

// What is lent stays lent when the lender has ended meanwhile: its death must
// not become a fault of the server that works on the buffer. At home a thread
// borrows from itself: it may touch that anyway.
void sched_map(const struct thread *t)
{
    const struct process *origin = t->image->home, *caller = origin;

    if (t->depth > 0)
        caller = t->image->calls[t->depth - 1].caller;
    port_map(t->inside->image->map, &t->image->window, t->cut,
             &caller->image->lent[0], &origin->image->lent[1]);
}

port_resume sched_leave(void)
{
    struct thread *next = ready[31 - __builtin_clz(levels)].first;

    KERNEL_ASSERT(FILE_SCHED, levels != 0 && next != NULL);
    if (next->next != next && turn_of != next)
        turn_begin(next);
    if (next == running && !changed)
        return PORT_AS_IT_CAME;
    running = next;
    changed = false;
    return port_switch(next);
}

unsigned sched_check(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < PRIORITIES && KERNEL_CHECKED; i++) {
        const struct thread *first = ready[i].first;
        KERNEL_ASSERT(FILE_SCHED, (levels >> i & 1) == (first != NULL));
        KERNEL_ASSERT(FILE_SCHED, first == NULL || first->priority == i);
        n += check_ring(first, CMRX_THREAD_READY, NULL);
    }
    KERNEL_ASSERT(FILE_SCHED,
                  running == ready[31 - __builtin_clz(levels)].first &&
                      !changed);
    KERNEL_ASSERT(FILE_SCHED,
                  turn_of == NULL || ready[turn_of->priority].first == turn_of);
    return n;
}
