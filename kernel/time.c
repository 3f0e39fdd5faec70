// time.c - the clock in microseconds, and a heap of deadlines.
//
// The port counts ticks since its last restart; `epoch` and `rest` hold what was
// before that, exactly: no microsecond is lost to rounding, however often the
// clock is restarted. The alarm is only ever moved nearer: one that turns out
// too early just looks again.

#include "internal.h"

static uint64_t epoch; // microseconds up to the last restart of the clock
static uint32_t rest;  // and what is missing, in 1/clock_ticks microseconds
static uint64_t alarm; // what kernel_alarm() is to come for, or when
static unsigned armed; // timer_heap[1..armed], the nearest first

static uint64_t at_ticks(uint32_t ticks)
{
    return epoch + (ticks * clock_us + rest) / clock_ticks;
}

uint64_t time_now(void)
{
    return at_ticks(port_clock_elapsed());
}

static void restart(uint32_t ticks)
{
    uint32_t units = port_clock_restart(ticks) * clock_us + rest;

    epoch += units / clock_ticks;
    rest = units % clock_ticks;
}

void time_start(void)
{
    restart(PORT_TICKS_MAX);
    epoch = rest = 0;
    alarm = at_ticks(PORT_TICKS_MAX);
}

// Ticks to wait so that `deadline` has come for certain.
static uint32_t ticks_until(uint64_t deadline, uint64_t now)
{
    const uint32_t most = PORT_TICKS_MAX / clock_ticks * clock_us;
    uint64_t left = deadline > now ? deadline - now : 0;

    if (left >= most - 1)
        return PORT_TICKS_MAX;
    uint32_t ticks = ((uint32_t)left + 1) * clock_ticks / clock_us + 1;
    return ticks < PORT_TICKS_MIN ? PORT_TICKS_MIN : ticks;
}

static uint64_t nearest(void)
{
    uint64_t slice = sched_slice_end();
    uint64_t first = armed > 0 ? timer_heap[1]->deadline : UINT64_MAX;
    return first < slice ? first : slice;
}

// The alarm comes a little after what it is for: to compare with that instead
// would set it anew for every deadline, and put it off each time.
static void alarm_set(void)
{
    uint64_t now = time_now(), due = nearest();
    uint32_t ticks = ticks_until(due, now);

    restart(ticks);
    alarm = at_ticks(ticks);
    if (alarm > due)
        alarm = due;
}

void time_alarm_update(void)
{
    if (nearest() < alarm)
        alarm_set();
}

// ---- The heap

static void place(struct timer *timer, unsigned slot)
{
    timer_heap[slot] = timer;
    timer->slot = (uint16_t)slot;
}

static void sift_up(struct timer *timer, unsigned slot)
{
    while (slot > 1 && timer_heap[slot / 2]->deadline > timer->deadline) {
        place(timer_heap[slot / 2], slot);
        slot /= 2;
    }
    place(timer, slot);
}

static void sift_down(struct timer *timer, unsigned slot)
{
    for (;;) {
        unsigned child = 2 * slot;
        if (child < armed &&
            timer_heap[child + 1]->deadline < timer_heap[child]->deadline)
            child++;
        if (child > armed || timer_heap[child]->deadline >= timer->deadline)
            break;
        place(timer_heap[child], slot);
        slot = child;
    }
    place(timer, slot);
}

void time_arm(struct timer *timer, uint64_t deadline)
{
    KERNEL_ASSERT(FILE_TIME, timer->slot == 0);
    timer->deadline = deadline;
    sift_up(timer, ++armed);
    time_alarm_update();
}

void time_disarm(struct timer *timer)
{
    unsigned slot = timer->slot;

    if (slot == 0)
        return;
    KERNEL_ASSERT(FILE_TIME, slot <= armed && timer_heap[slot] == timer);
    timer->slot = 0;
    struct timer *last = timer_heap[armed--];
    if (last == timer)
        return;
    sift_up(last, slot);
    sift_down(last, last->slot);
}

static const struct timer *timer_of(unsigned index)
{
    return index < thread_count ? &threads[index].timer
                                : &processes[index - thread_count].backoff;
}

unsigned time_check(void)
{
    for (unsigned slot = 1; slot <= armed && KERNEL_CHECKED; slot++) {
        const struct timer *timer = timer_heap[slot];
        KERNEL_ASSERT(FILE_TIME, timer == timer_of(timer->index));
        KERNEL_ASSERT(FILE_TIME, timer->slot == slot);
        KERNEL_ASSERT(FILE_TIME, slot == 1 || timer_heap[slot / 2]->deadline <=
                                                  timer->deadline);
    }
    KERNEL_ASSERT(FILE_TIME, alarm <= nearest());
    return armed;
}

static void expire(struct timer *timer)
{
    time_disarm(timer);
    if (timer->index < thread_count)
        wait_end(&threads[timer->index], 0, CMRX_TIMEOUT);
    else
        process_backoff_over(timer->index - thread_count);
}

// One deadline at a time, so that many at one instant make no long stretch: the
// alarm comes again at once for the next.
port_resume kernel_alarm(void)
{
    uint64_t now = time_now();

    if (armed > 0 && timer_heap[1]->deadline <= now)
        expire(timer_heap[1]);
    sched_slice_check(now);
    alarm_set();
    return sched_leave();
}
