// process.c - the life of a process: started, ended, started again.
//
// The order is what makes it safe. To end: close the gate (state, doors),
// silence what could still act for the process (interrupts, devices), then take
// out every thread. To start: restore memory while nobody can look, count the generation,
// open the gate, start the threads. Nothing of this can be interrupted, so
// nobody gets in before all of it is done.

#include "internal.h"

#define BACKOFF_US        1000u // before the second restart in a row; doubles
#define BACKOFF_DOUBLINGS 10u   // up to a second
#define SOUND_US          1000000u // without a fault, and the row is forgotten

unsigned process_index(const struct process *p)
{
    return p->number;
}

unsigned process_timer(const struct process *p)
{
    return thread_count + process_index(p);
}

static void look_in(const struct process *p, uint32_t us)
{
    time_set(process_timer(p), us, (uint32_t)time_now());
}

// ---- Starting

static void memory_restore(const struct process_image *image)
{
    memory_zero(image->memory.base, image->memory.size);
    memory_copy(&image->contents[0]);
    memory_copy(&image->contents[1]);
    for (unsigned i = 0; i < image->import_count; i++)
        image->doors[i].to = &door_new;
}

static void stack_clear(struct thread *t)
{
    const struct region *stack = &t->image->stack;

    memory_zero(stack->base, stack->size);
}

// Begin a thread that has come home after its process was started again.
COLD void process_adopt(struct thread *t)
{
    stack_clear(t);
    thread_start(t, 0);
}

// A thread of the last generation that is still visiting elsewhere keeps its
// stack until it comes home, and is started then.
static void threads_start(struct process *p)
{
    const struct process_image *image = p->image;

    for (unsigned i = 0; i < image->thread_count; i++) {
        struct thread *t = &threads[image->first_thread + i];
        if (t->state != CMRX_THREAD_DORMANT) {
            t->again = !t->image->dormant;
            continue;
        }
        stack_clear(t);
        t->generation = 0;
        if (!t->image->dormant)
            thread_start(t, 0);
    }
}

void process_start(struct process *p)
{
    KERNEL_ASSERT(FILE_PROCESS, !process_is_alive(p) && p->owner == NULL &&
                                    p->gate.first == NULL && p->waiting == 0);
    memory_restore(p->image);
    // Not by %: what port/armv6m/divide.c has learned of the clock stays.
    p->generation =
        p->generation < GENERATIONS ? (uint16_t)(p->generation + 1) : 1;
    p->state = CMRX_PROCESS_RUNNING;
    if (p->failures > 0)
        look_in(p, SOUND_US);
    threads_start(p);
}

// ---- Ending

static void quiesce(const struct process_image *image)
{
    for (unsigned i = 0; i < image->quiesce_count; i++)
        port_quiesce(image->quiesces[i].address, image->quiesces[i].value);
}

// The process that made this call has ended: nobody returns to it. The thread finishes
// where it visits, also where it is unwound to. What would keep it there ends at once,
// so that a sound server cleans up and lets it go; what it was to begin anew for is
// gone, if that was its home.
COLD static void cancel(struct thread *t, struct call *c)
{
    c->sp |= CALLER_ENDED;
    t->cancelled = 1;
    if (c->caller == t->image->home)
        t->again = 0;
    if (t->state != CMRX_THREAD_WAITING || t->inside == c->caller)
        return;
    struct place place = wait_place(t);
    inherit_anew(wait_end(t, &place, CMRX_CANCELLED));
}

static void threads_end(struct process *p)
{
    for (unsigned i = 0; i < thread_count; i++) {
        struct thread *t = &threads[i];
        if (t->state == CMRX_THREAD_DORMANT)
            continue;
        struct call *c = t->image->calls, *end = c + t->depth;
        for (; c < end; c++)
            if (c->caller == p)
                cancel(t, c);
        if (t->inside == p) {
            struct thread *owner = thread_detach(t);
            call_unwind(t);
            inherit_anew(owner);
        }
    }
}

// Nobody is in it any more, and those at the gate will be taken out.
static void monitor_close(struct process *p)
{
    struct thread *last = p->owner;

    p->owner = NULL;
    inherit_anew(last);
}

void process_end(struct process *p, enum cmrx_process_state state)
{
    bool was_alive = process_is_alive(p);

    while (owed_by_process()) // by a fault that was told late
        owed_settle();
    p->state = (uint8_t)state;
    if (!was_alive)
        return;
    monitor_close(p);
    call_doors_close(p->image, &door_stale);
    irq_silence(p);
    quiesce(p->image);
    threads_end(p);
}

// ---- After a fault

static void restart_later(struct process *p)
{
    unsigned doublings = p->failures - 2u;

    if (p->failures < 2) {
        process_start(p);
        return;
    }
    if (doublings > BACKOFF_DOUBLINGS)
        doublings = BACKOFF_DOUBLINGS;
    look_in(p, BACKOFF_US << doublings);
}

COLD static void failures_count(struct process *p)
{
    if (p->failures < UINT8_MAX)
        p->failures++;
    if (p->faults < UINT16_MAX)
        p->faults++;
}

static uint32_t bit_of(const struct process *p)
{
    return 1u << process_index(p) % 32;
}

// All who wait for it, at once: the end of a process is a long stretch anyway.
static void tell_supervisor(uint32_t bits)
{
    while (event_post(&supervisor_event, bits, WAKE_ANY) == WAKE_MORE)
        continue;
}

void process_faulted(struct process *p)
{
    static const uint8_t states[] = {
        [POLICY_RESTART] = CMRX_PROCESS_BACKOFF,
        [POLICY_STOP] = CMRX_PROCESS_STOPPED,
        [POLICY_SUPERVISE] = CMRX_PROCESS_FAULTED,
    };
    uint8_t policy = p->image->policy;

    failures_count(p);
    if (policy == POLICY_RESET)
        port_reset();
    process_end(p, (enum cmrx_process_state)states[policy]);
    if (policy == POLICY_RESTART)
        restart_later(p);
    if (policy == POLICY_SUPERVISE)
        tell_supervisor(bit_of(p));
}

// ---- Left by force: what is half done there is for a thread of its own to mend,
// before anybody else gets in. See doc/design/0028-recover.md.

COLD static struct thread *mender_of(const struct process *p) // or NULL
{
    struct thread *t = &threads[p->image->first_thread];
    const struct thread *end = t + p->image->thread_count;

    while (t < end && t->image->dormant != CMRX_RECOVERS)
        t++;
    return t < end ? t : NULL;
}

static bool is_mendable(const struct process *p)
{
    const struct thread *mender = mender_of(p);

    return mender != NULL && mender->state == CMRX_THREAD_DORMANT;
}

static void become_dirty(struct process *p)
{
    p->state = CMRX_PROCESS_DIRTY;
    call_doors_close(p->image, &door_dirty);
    // Who has the monitor leaves it by C, which lets the mender in before them.
    if (p->owner != NULL)
        mutex_works_in(p->owner, p);
}

// Nobody has the monitor: whose turn it is. Who puts the process in order is before
// them all.
COLD void monitor_pass(struct process *p)
{
    struct thread *mender =
        p->state == CMRX_PROCESS_DIRTY ? mender_of(p) : NULL;

    if (mender == NULL || mender->state != CMRX_THREAD_QUEUED ||
        mender->inside != p) {
        monitor_hand_over(p);
        return;
    }
    queue_remove(&p->gate, mender);
    p->owner = mender;
    if (p->gate.first != NULL)
        inherit_inside(mender, p->gate.first->priority);
    sched_ready(mender);
}

// It is in the monitor, and about to wait.
void process_rests(struct thread *t)
{
    if (process_mends(t))
        return;
    if (!LATER)
        monitor_leave(t);
    else if (monitor_free(t))
        owe_monitor(t->inside);
}

// It leaves a process that goes on.
static void leave(struct thread *t)
{
    struct process *p = t->inside;
    uint8_t lent = t->priority;
    bool is_at_gate = t->state == CMRX_THREAD_QUEUED;

    if (is_at_gate)
        queue_remove(&p->gate, t);
    else
        sched_unready(t); // who is hurried does not wait
    call_leave(t, innermost(t)->service->room, CMRX_DEAD);
    if (is_at_gate)
        owe_loan(p->owner, lent);
}

// Where it may give way to a line.
static uint64_t any_by_alarm(void)
{
    bool may = PORT_ALARM_AT_ONCE && port_clock_pause() == 0;

    return may ? WAKE_ANY_OR_LATER : WAKE_ANY;
}

// Out of where it is, a step. The timer that this began with stays the first in the
// heap: it is due, and no other one is set to before that.
COLD void process_forced(struct thread *t)
{
    struct process *p = t->inside;

    switch (t->forced++) {
    case FORCED_RECORD:
        fault_begin(t, CMRX_FAULT_OVERTIME);
        break;
    case FORCED_NOTE:
        fault_note(t);
        break;
    case FORCED_COUNT:
        fault_seal();
        if (time_gives_way()) {
            t->forced = FORCED_COUNT;
        } else if (is_mendable(p)) {
            failures_count(p);
            look_in(p, SOUND_US);
        } else {
            process_faulted(p);
        }
        break;
    case FORCED_MENDER:
        thread_start(mender_of(p), 0);
        break;
    case FORCED_DIRTY:
        become_dirty(p);
        break;
    case FORCED_TELL:
        if (p->image->policy == POLICY_SUPERVISE)
            tell_supervisor(bit_of(p));
        break;
    case FORCED_MONITOR:
        if (p->owner != t || !monitor_wanted(t))
            break;
        if (time_gives_way())
            t->forced = FORCED_MONITOR;
        else
            monitor_give(t);
        break;
    default:
        t->forced = FORCED_OUT;
        if (!mutex_let_go(t, any_by_alarm()) && !clear_ended(t) &&
            !time_gives_way())
            leave(t);
    }
}

static void mended(struct process *p, uint32_t result)
{
    p->state = CMRX_PROCESS_RUNNING;
    if (result != 0)
        process_faulted(p);
}

// One waiter, not all: this is a short stretch.
void process_tell(const struct process *p)
{
    event_post(&supervisor_event, bit_of(p), WAKE_ANY);
}

// Whether that was the last one is for the supervisor to find out.
void process_lost_thread(const struct thread *t)
{
    struct process *p = t->image->home;

    if (p->state == CMRX_PROCESS_DIRTY && t->image->dormant == CMRX_RECOVERS)
        mended(p, t->exit_result);
    if (p->image->policy == POLICY_SUPERVISE)
        owe_told(t);
}

// What it was set for may be over by another way since.
void process_due(struct process *p)
{
    if (p->state == CMRX_PROCESS_BACKOFF)
        process_start(p);
    else if (process_is_alive(p))
        p->failures = 0;
}
