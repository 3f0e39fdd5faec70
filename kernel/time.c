// time.c - the clock in microseconds, and a heap of deadlines.
//
// The port counts ticks since its last restart; `epoch` and `rest` hold what was
// before that, exactly: no microsecond is lost to rounding, however often the
// clock is restarted.
//
// In the heap is when to look at a timer, in 32 bits of microseconds, HORIZON from
// now at most: what is compared is less than half of their range apart. It may be too
// early: the deadline itself is in the registers of the thread that waits. So a
// wait with a later deadline than the last one, and a thread that is woken before
// its deadline, leave the heap and the alarm as they are.

#include "internal.h"

#define HORIZON (1u << 29)
#define FAR     0x70000000u
#define FIRST   0u // in the heap

struct clock clock;

uint64_t time_now(void)
{
    return clock.epoch + (port_clock_elapsed() * clock_rate.us + clock.rest) /
                             clock_rate.ticks;
}

static void restart(uint32_t ticks)
{
    uint32_t units = port_clock_restart(ticks) * clock_rate.us + clock.rest;

    clock.epoch += units / clock_rate.ticks;
    clock.rest = units % clock_rate.ticks;
}

// ---- The alarm

void time_start(void)
{
    restart(PORT_TICKS_MAX);
    clock.epoch = clock.rest = 0;
    clock.alarm = clock_rate.reach;
}

// So many that `us` have passed for certain, wherever in a tick and in a
// microsecond it is now.
static uint32_t ticks_for(uint32_t us)
{
    uint32_t ticks = (us + 1) * clock_rate.ticks / clock_rate.us + 1;

    return ticks < PORT_TICKS_MIN ? PORT_TICKS_MIN : ticks;
}

// The alarm comes a little after what it is for: to compare with that instead
// would set it anew for every deadline, and put it off each time.
static void alarm_set(uint32_t left, uint32_t now)
{
    if (left < clock_rate.reach - 1) {
        clock.alarm = now + left;
        restart(ticks_for(left));
    } else {
        clock.alarm = now + clock_rate.reach - 1; // not behind what is due
        restart(PORT_TICKS_MAX);
    }
}

static void alarm_in(uint32_t ticks)
{
    restart(ticks);
    clock.alarm = (uint32_t)clock.epoch;
}

// Or, where the processor brings it without the clock, which takes less: for what
// it has come for now.
static void alarm_again(uint32_t pause)
{
    clock.is_pended = pause == 0;
    if (pause > 0)
        alarm_in(pause);
}

// Not put off by who asks for it once more. What it is to come for has passed, so
// that nobody moves it nearer.
void time_alarm_soon(void)
{
    if (clock.is_pended || !time_earlier((uint32_t)clock.epoch, clock.alarm))
        return;
    alarm_again(port_clock_pause() > 0 ? PORT_TICKS_MIN : 0);
    clock.alarm = (uint32_t)clock.epoch;
}

// It comes before any thread. Only where the processor brings it so.
COLD void time_alarm_pend(void)
{
    if (clock.is_pended)
        return;
    port_clock_pause();
    if (time_earlier((uint32_t)clock.epoch, clock.alarm))
        clock.alarm = (uint32_t)clock.epoch;
    clock.is_pended = true;
}

// No later than HORIZON: nobody's is.
static uint32_t nearest(uint32_t now)
{
    return sched_turn_alarm(clock.armed > 0 ? timer_due[FIRST] : now + HORIZON);
}

// ---- The heap: below each are four that come later

#define BELOW 4u

static unsigned above(unsigned at)
{
    return (at - 1) / BELOW;
}

static void place(unsigned timer, uint32_t due, unsigned at)
{
    timer_heap[at] = (uint8_t)timer;
    timer_due[at] = due;
    timer_slot[timer] = (uint8_t)(at + 1);
}

static void move(unsigned from, unsigned to)
{
    place(timer_heap[from], timer_due[from], to);
}

// From a place that is free to where something due then belongs, if that is further
// up.
static unsigned sift_up(unsigned at, uint32_t due)
{
    while (at > FIRST && time_earlier(due, timer_due[above(at)])) {
        move(above(at), at);
        at = above(at);
    }
    return at;
}

static const uint32_t *earlier_of(const uint32_t *at, const uint32_t *other)
{
    return time_earlier(*other, *at) ? other : at;
}

// Of the four from there on, or what there is of them.
static unsigned earliest_from(unsigned at)
{
    const uint32_t *from = &timer_due[at], *end = &timer_due[clock.armed];
    const uint32_t *found = from;

    if (from + BELOW <= end)
        found = earlier_of(earlier_of(from, from + 1),
                           earlier_of(from + 2, from + 3));
    else
        while (++from < end)
            found = earlier_of(found, from);
    return (unsigned)(found - timer_due);
}

static unsigned sift_down(unsigned at, uint32_t due)
{
    for (unsigned below; (below = BELOW * at + 1) < clock.armed; at = below) {
        below = earliest_from(below);
        if (!time_earlier(timer_due[below], due))
            break;
        move(below, at);
    }
    return at;
}

// Armed already or not.
void time_set(unsigned timer, uint64_t left, uint32_t now)
{
    uint32_t soon = left < HORIZON ? (uint32_t)left : HORIZON, due = now + soon;
    unsigned at = timer_slot[timer] - 1u;
    bool is_new = timer_slot[timer] == 0;

    if (time_earlier(due, clock.alarm))
        alarm_set(soon, now);
    if (is_new)
        at = clock.armed++;
    if (is_new || time_earlier(due, timer_due[at]))
        at = sift_up(at, due);
    else
        at = sift_down(at, due);
    place(timer, due, at);
}

// Of one that is due: behind all others that are by now. The alarm that comes next is
// for these, too.
void time_behind(unsigned timer)
{
    uint32_t now = (uint32_t)time_now();

    time_set(timer, 0, now);
    clock.alarm = now;
}

// Without a look at the clock. What is armed is less than FAR past the epoch, also
// where the clock counts to its end and the alarm is late.
bool time_covers(unsigned timer, uint64_t deadline)
{
    if (timer_slot[timer] == 0)
        return false;
    if (deadline - clock.epoch >= FAR) // or it is before that
        return deadline >= clock.epoch;
    return !time_earlier((uint32_t)deadline, timer_due[timer_slot[timer] - 1]);
}

static void first_remove(void)
{
    timer_slot[timer_heap[FIRST]] = 0;
    unsigned last = timer_heap[--clock.armed];
    uint32_t due = timer_due[clock.armed];
    if (clock.armed > 0)
        place(last, due, sift_down(FIRST, due));
}

unsigned time_check(void)
{
    uint32_t now = (uint32_t)clock.epoch;

    for (unsigned at = 0; at < clock.armed && KERNEL_CHECKED; at++) {
        unsigned timer = timer_heap[at];
        KERNEL_ASSERT(FILE_TIME, timer < thread_count + process_count);
        KERNEL_ASSERT(FILE_TIME, timer_slot[timer] == at + 1);
        KERNEL_ASSERT(FILE_TIME,
                      at == FIRST ||
                          !time_earlier(timer_due[at], timer_due[above(at)]));
    }
    // It is to come as soon as it can, or no later than what is nearest.
    KERNEL_ASSERT(FILE_TIME, clock.is_pended ||
                                 !time_earlier(now, clock.alarm) ||
                                 !time_earlier(nearest(now), clock.alarm));
    return clock.armed;
}

// What it came for. That has passed: an alarm is never early.
uint64_t time_alarm(void)
{
    uint64_t since = (uint64_t)(int32_t)(clock.alarm - (uint32_t)clock.epoch);

    return clock.epoch + since;
}

// To a line, before anything has changed: the alarm comes again behind it. Only where
// no thread comes between, or it could be put off for ever.
bool time_gives_way(void)
{
    return PORT_ALARM_AT_ONCE && port_clock_pause() == 0 &&
           port_interrupt_pending();
}

// It may have been woken since, or wait with a later deadline.
static void look_later(unsigned timer, uint64_t deadline, uint64_t now)
{
    if (time_gives_way())
        return;
    if (deadline == UINT64_MAX)
        first_remove();
    else
        time_set(timer, deadline - now, (uint32_t)now);
}

static void wait_due(struct thread *t)
{
    struct place place;

    if (wait_look(t, &place))
        owe_loan(wait_end(t, &place, CMRX_TIMEOUT), t->priority);
}

// What has passed of its wait or of a call is found one by one, each by an alarm.
static void thread_due(unsigned index)
{
    struct thread *t = &threads[index];
    uint64_t deadline = wait_deadline(t), now = time_alarm();
    bool is_call = false;

    if (t->depth > 0) {
        if (t->forced > FORCED_LATER) {
            call_forced(t);
            return;
        }
        uint64_t call = call_due(t);
        is_call = call <= deadline;
        deadline = is_call ? call : deadline;
    }
    if (deadline > now)
        look_later(index, deadline, now);
    else if (!is_call)
        wait_due(t);
    else if (!time_gives_way())
        call_overdue(t, deadline);
}

static void due_serve(unsigned timer)
{
    if (timer < thread_count) {
        thread_due(timer);
    } else {
        first_remove();
        process_due(&processes[timer - thread_count]);
    }
}

// By then.
static bool is_due(uint32_t now)
{
    return clock.armed > 0 && !time_earlier(now, timer_due[FIRST]);
}

// Since the alarm came for something else.
static bool becomes_due(void)
{
    uint32_t now = (uint32_t)time_now();

    if (!is_due(now))
        return false;
    clock.alarm = now;
    return true;
}

// Looks at priorities are behind all else, also what becomes due meanwhile: whose
// deadline that is may be more urgent than all of them. False: nothing is due any more.
static bool serve(void)
{
    if (owed_by_process())
        owed_settle();
    else if (is_due(clock.alarm) || (owed_looks() && becomes_due()))
        due_serve(timer_heap[FIRST]);
    else if (owed_looks())
        owed_look();
    else
        return false;
    return true;
}

COLD static void look_ahead(void)
{
    uint32_t now = (uint32_t)time_now();

    clock.is_pended = false;
    sched_turn_check(now);
    uint32_t due = nearest(now);
    alarm_set(time_earlier(now, due) ? due - now : 0, now);
}

// One thing at a time, so that many deadlines at one instant make no long stretch;
// and between two of them interrupts come in.
port_resume kernel_alarm(void)
{
    uint32_t pause;

    do {
        if (!serve()) {
            look_ahead();
            break;
        }
        pause = port_clock_pause();
        alarm_again(pause);
    } while (PORT_ALARM_AT_ONCE && pause == 0 && port_alarm_goes_on());
    return sched_leave();
}
