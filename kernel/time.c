// time.c - the clock in microseconds, and a heap of deadlines.
//
// The port counts ticks since its last restart; `epoch` and `rest` hold what was
// before that, exactly: no microsecond is lost to rounding, however often the
// clock is restarted. The alarm is only ever moved nearer: one that turns out
// too early just looks again. So a thread that is woken before its deadline leaves
// that in the heap; who finds it there later finds that nobody waits.

#include "internal.h"

static uint64_t epoch; // microseconds up to the last restart of the clock
static uint32_t rest;  // and what is missing, in 1/clock_ticks microseconds
static uint64_t alarm; // what kernel_alarm() is to come for, or when
static unsigned armed; // timer_heap[1..armed] are

uint64_t time_now(void)
{
    return epoch + (port_clock_elapsed() * clock_us + rest) / clock_ticks;
}

static void restart(uint32_t ticks)
{
    uint32_t units = port_clock_restart(ticks) * clock_us + rest;

    epoch += units / clock_ticks;
    rest = units % clock_ticks;
}

// ---- The alarm

// How far the clock reaches, in microseconds.
static uint32_t reach(void)
{
    return PORT_TICKS_MAX / clock_ticks * clock_us;
}

void time_start(void)
{
    restart(PORT_TICKS_MAX);
    epoch = rest = 0;
    alarm = reach();
}

// So many that `us` have passed for certain, wherever in a tick and in a
// microsecond it is now.
static uint32_t ticks_for(uint32_t us)
{
    uint32_t ticks = (us + 1) * clock_ticks / clock_us + 1;

    return ticks < PORT_TICKS_MIN ? PORT_TICKS_MIN : ticks;
}

// The alarm comes a little after what it is for: to compare with that instead
// would set it anew for every deadline, and put it off each time.
static void alarm_set(uint64_t due, uint64_t now)
{
    uint64_t left = due > now ? due - now : 0;

    if (left < reach() - 1) {
        alarm = due;
        restart(ticks_for((uint32_t)left));
    } else {
        alarm = now + reach();
        restart(PORT_TICKS_MAX);
    }
}

// As soon as it can.
static void alarm_soon(void)
{
    alarm = 0;
    restart(PORT_TICKS_MIN);
}

// Not put off by who asks for it once more.
void time_alarm_soon(void)
{
    if (alarm > 0)
        alarm_soon();
}

// The deadline that is there in the heap.
static uint64_t deadline_at(unsigned slot)
{
    return timer_deadline[timer_heap[slot]];
}

static uint64_t nearest(void)
{
    uint64_t turn = sched_turn_alarm();
    uint64_t first = armed > 0 ? deadline_at(1) : UINT64_MAX;

    return first < turn ? first : turn;
}

// ---- The heap: below each are four that come later

#define BELOW 4u

static unsigned above(unsigned slot)
{
    return (slot + BELOW - 2) / BELOW;
}

static unsigned first_below(unsigned slot)
{
    return BELOW * (slot - 1) + 2;
}

static void place(unsigned timer, unsigned slot)
{
    timer_heap[slot] = (uint8_t)timer;
    timer_slot[timer] = (uint8_t)slot;
}

// From a slot that is free to where the timer belongs, if that is further up.
static unsigned sift_up(unsigned slot, uint64_t deadline)
{
    while (slot > 1 && deadline_at(above(slot)) > deadline) {
        place(timer_heap[above(slot)], slot);
        slot = above(slot);
    }
    return slot;
}

// The nearest of those below a slot that has some.
static unsigned nearest_below(unsigned slot)
{
    unsigned found = first_below(slot), end = found + BELOW;
    uint64_t deadline = deadline_at(found);

    if (end > armed + 1)
        end = armed + 1;
    for (unsigned at = found + 1; at < end; at++) {
        uint64_t other = deadline_at(at);
        if (other < deadline) {
            deadline = other;
            found = at;
        }
    }
    return found;
}

static unsigned sift_down(unsigned slot, uint64_t deadline)
{
    while (first_below(slot) <= armed) {
        unsigned next = nearest_below(slot);
        if (deadline_at(next) >= deadline)
            break;
        place(timer_heap[next], slot);
        slot = next;
    }
    return slot;
}

// To where it belongs, from a slot that is free.
static void settle(unsigned timer, unsigned slot)
{
    uint64_t deadline = timer_deadline[timer];
    unsigned up = sift_up(slot, deadline);

    place(timer, up != slot ? up : sift_down(slot, deadline));
}

// Armed already or not.
void time_arm(unsigned timer, uint64_t deadline, uint64_t now)
{
    unsigned slot = timer_slot[timer] != 0 ? timer_slot[timer] : ++armed;

    if (deadline < alarm)
        alarm_set(deadline, now);
    timer_deadline[timer] = deadline;
    settle(timer, slot);
}

void time_disarm(unsigned timer)
{
    unsigned slot = timer_slot[timer];

    if (slot == 0)
        return;
    KERNEL_ASSERT(FILE_TIME, slot <= armed && timer_heap[slot] == timer);
    timer_slot[timer] = 0;
    unsigned last = timer_heap[armed--];
    if (last != timer)
        settle(last, slot);
}

unsigned time_check(void)
{
    for (unsigned slot = 1; slot <= armed && KERNEL_CHECKED; slot++) {
        unsigned timer = timer_heap[slot];
        KERNEL_ASSERT(FILE_TIME, timer < thread_count + process_count);
        KERNEL_ASSERT(FILE_TIME, timer_slot[timer] == slot);
        KERNEL_ASSERT(FILE_TIME, slot == 1 || deadline_at(above(slot)) <=
                                                  deadline_at(slot));
    }
    KERNEL_ASSERT(FILE_TIME, alarm <= nearest());
    return armed;
}

// The thread may have been woken since, and even wait for something else.
static bool is_awaited(unsigned timer)
{
    const struct thread *t = &threads[timer];

    return timer >= thread_count ||
           (t->state == CMRX_THREAD_WAITING && t->timed);
}

static void expire(unsigned timer)
{
    if (timer < thread_count)
        wait_end(&threads[timer], 0, CMRX_TIMEOUT);
    else
        process_backoff_over(timer - thread_count);
}

// Somebody is woken, whose deadline is over then; or one that is over is taken
// out of the heap.
static void due_serve(unsigned due)
{
    alarm_soon();
    if (is_awaited(due))
        expire(due);
    else
        time_disarm(due);
}

// One thing at a time, so that many deadlines at one instant make no long stretch.
port_resume kernel_alarm(void)
{
    uint64_t now = time_now();

    if (armed > 0 && deadline_at(1) <= now) {
        due_serve(timer_heap[1]);
    } else {
        sched_turn_check(now);
        alarm_set(nearest(), now);
    }
    return sched_leave();
}
