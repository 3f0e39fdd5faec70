// tester.c - the objects of the library, between threads of different priority
// and visitors whose home ends.

#include "jobs.h"
#include "report.h"

enum { TESTER, CLIENT }; // as in cmrx_system(PROCESSES ...)

// ---- The other threads, and the visitor

static volatile uint32_t visitor_job;
static volatile enum cmrx_status visitor_status, low_status;

CMRX_THREAD(low, .stack = CMRX_AUTO, .priority = 5, .dormant = 1)
{
    low_status = job_do(argument, 1, CMRX_FOREVER);
}

CMRX_THREAD(high, .stack = CMRX_AUTO, .priority = 13, .dormant = 1)
{
    job_do(argument, 3, CMRX_FOREVER);
}

static void visit(CMRX_SELF)
{
    visitor_status = job_do(visitor_job, 2, CMRX_FOREVER);
}

CMRX_PROVIDE_REENTRANT(struct library, objects, .visit = visit);

static void start_both(uint32_t low_job, uint32_t high_job)
{
    order = 0;
    if (low_job != NOTHING)
        cmrx_thread_start(CMRX_THREAD_ID(low), low_job);
    if (high_job != NOTHING)
        cmrx_thread_start(CMRX_THREAD_ID(high), high_job);
    cmrx_sleep_until(in(1000)); // they wait now
}

static bool both_end(void)
{
    return cmrx_thread_join(CMRX_THREAD_ID(low), NULL, in(100000)) == CMRX_OK &&
           cmrx_thread_join(CMRX_THREAD_ID(high), NULL, in(100000)) == CMRX_OK;
}

// A visitor waits in `job`, and its home ends. Its status.
static enum cmrx_status cancel_in(uint32_t job)
{
    visitor_job = job;
    cmrx_process_restart(CLIENT);
    cmrx_sleep_until(in(2000));
    visitor_status = CMRX_OK;
    visitor_job = NOTHING;
    cmrx_process_restart(CLIENT);
    cmrx_sleep_until(in(2000));
    return visitor_status;
}

// Does it wait that long, and not much longer?
static bool is_in_time(enum cmrx_status status, uint64_t begun)
{
    uint64_t waited = cmrx_time_now() - begun;

    return status == CMRX_TIMEOUT && waited >= 1000 && waited < 1500;
}

// ---- Semaphore

static bool token_wakes_the_most_urgent_at_once(void)
{
    start_both(TAKE, TAKE);
    cmrx_semaphore_give(&semaphore);
    bool high_first = order == 3;
    cmrx_semaphore_give(&semaphore);
    return high_first && both_end() && order == 31 && semaphore.count == 0;
}

static bool tokens_have_a_maximum_and_are_taken_without_waiting(void)
{
    for (int n = 0; n < 3; n++)
        if (cmrx_semaphore_give(&semaphore) != CMRX_OK)
            return false;
    if (cmrx_semaphore_give(&semaphore) != CMRX_LIMIT)
        return false;
    for (int n = 0; n < 3; n++)
        if (cmrx_semaphore_take(&semaphore, 0) != CMRX_OK)
            return false;
    uint64_t begun = cmrx_time_now();
    return cmrx_semaphore_take(&semaphore, 0) == CMRX_TIMEOUT &&
           is_in_time(cmrx_semaphore_take(&semaphore, begun + 1000), begun);
}

// The giver interrupts the taker anywhere, also within its atomics.
static bool tokens_are_not_lost_when_interrupted(void)
{
    uint32_t taken = 0, given = 0;

    order = 0;
    cmrx_thread_start(CMRX_THREAD_ID(high), GIVE_OFTEN);
    while (order == 0) {
        given += cmrx_semaphore_give(&often) == CMRX_OK;
        taken += cmrx_semaphore_take(&often, 0) == CMRX_OK;
    }
    return cmrx_thread_join(CMRX_THREAD_ID(high), NULL, in(1000)) == CMRX_OK &&
           often.count + taken == OFTEN + given && often.waiters == 0;
}

static bool cancelled_visitor_takes_no_token(void)
{
    return cancel_in(TAKE) == CMRX_CANCELLED && semaphore.waiters == 0 &&
           cmrx_semaphore_give(&semaphore) == CMRX_OK &&
           cmrx_semaphore_take(&semaphore, 0) == CMRX_OK;
}

// ---- Condition

static void put_item(void)
{
    cmrx_mutex_lock(&mutex, CMRX_FOREVER);
    items++;
    cmrx_mutex_unlock(&mutex);
}

static bool signal_wakes_one(void)
{
    start_both(WAIT_ITEM, WAIT_ITEM);
    put_item();
    cmrx_condition_signal(&condition);
    bool high_first = order == 3;
    cmrx_sleep_until(in(1000));
    bool only_high = order == 3;
    put_item();
    cmrx_condition_signal(&condition);
    return high_first && only_high && both_end() && order == 31 && items == 0 &&
           mutex.word == 0;
}

static bool broadcast_wakes_all(void)
{
    start_both(WAIT_ITEM, WAIT_ITEM);
    put_item();
    put_item();
    cmrx_condition_broadcast(&condition);
    return both_end() && order == 31 && items == 0 && mutex.word == 0;
}

static bool condition_gives_up_with_the_mutex(void)
{
    uint64_t begun = cmrx_time_now();

    cmrx_mutex_lock(&mutex, CMRX_FOREVER);
    enum cmrx_status status =
        cmrx_condition_wait(&condition, &mutex, begun + 1000);
    bool is_taken = mutex.word != 0;
    cmrx_mutex_unlock(&mutex);
    return is_in_time(status, begun) && is_taken && mutex.word == 0 &&
           condition.waiters == 0;
}

static bool cancelled_visitor_leaves_the_mutex(void)
{
    return cancel_in(WAIT_ITEM) == CMRX_CANCELLED && mutex.word == 0 &&
           condition.waiters == 0;
}

// ---- Mutex

// Low has it and works; high waits for it. This thread, between them, does not come in
// before high has had it.
static bool owner_is_as_urgent_as_who_waits(void)
{
    order = 0;
    cmrx_thread_start(CMRX_THREAD_ID(low), WORK);
    cmrx_sleep_until(in(1000));
    cmrx_thread_start(CMRX_THREAD_ID(high), LOCK);
    bool high_first = order == 3;
    return high_first && both_end() && order == 31 && mutex.word == 0;
}

// A visitor keeps it, and leaves; then a thread, that ends, with and without another
// that waits.
static bool next_owner_learns_that_it_was_left(void)
{
    visitor_job = KEEP;
    cmrx_process_restart(CLIENT);
    cmrx_sleep_until(in(2000));
    bool is_left = mutex.word != 0;
    bool learns = cmrx_mutex_lock(&mutex, in(1000)) == CMRX_OWNER_DEAD;
    start_both(KEEP, NOTHING); // low waits, and has it when it is given back
    cmrx_mutex_unlock(&mutex);
    bool waited =
        cmrx_thread_join(CMRX_THREAD_ID(low), NULL, in(10000)) == CMRX_OK;
    enum cmrx_status again = cmrx_mutex_lock(&mutex, in(1000));
    cmrx_mutex_unlock(&mutex);
    return is_left && learns && waited && low_status == CMRX_OK &&
           again == CMRX_OWNER_DEAD && cmrx_mutex_lock(&mutex, 0) == CMRX_OK &&
           cmrx_mutex_lock(&mutex, in(1000)) == CMRX_LOOP &&
           (cmrx_mutex_unlock(&mutex), mutex.word == 0);
}

// Low waits for it when the visitor returns.
static bool visitor_that_returns_with_it_tells_who_waits(void)
{
    visitor_job = KEEP_LONG;
    cmrx_process_restart(CLIENT);
    cmrx_sleep_until(in(1000));
    start_both(LOCK, NOTHING);
    bool waits = (mutex.word & 1) != 0;
    bool ends =
        cmrx_thread_join(CMRX_THREAD_ID(low), NULL, in(20000)) == CMRX_OK;
    return waits && ends && low_status == CMRX_OWNER_DEAD && mutex.word == 0;
}

// ---- Flags

static bool flags_wake_any_and_all(void)
{
    cmrx_flags_clear(&flags, UINT32_MAX);
    start_both(WAIT_ALL, WAIT_ANY);
    cmrx_flags_set(&flags, 4);
    bool none = order == 0;
    cmrx_flags_set(&flags, 2);
    bool any = order == 3 && seen == 2;
    cmrx_flags_set(&flags, 1);
    return none && any && both_end() && order == 31 && seen == 3 &&
           flags.bits == 7;
}

static bool flags_are_taken_together(void)
{
    uint64_t begun = cmrx_time_now();

    cmrx_flags_clear(&flags, UINT32_MAX);
    cmrx_flags_set(&flags, 6);
    bool in_time = is_in_time(job_do(TAKE_ALL, 2, begun + 1000), begun);
    cmrx_flags_set(&flags, 1);
    return in_time && job_do(TAKE_ALL, 2, 0) == CMRX_OK && flags.bits == 4 &&
           cmrx_flags_wait(&flags, 0, 0, 0, NULL) == CMRX_INVALID;
}

static bool cancelled_visitor_clears_no_flag(void)
{
    cmrx_flags_clear(&flags, UINT32_MAX);
    cmrx_flags_set(&flags, 1);
    return cancel_in(TAKE_ALL) == CMRX_CANCELLED && flags.bits == 1 &&
           flags.waiters == 0;
}

// ---- Queue

static bool put_many(uint32_t thread)
{
    order = 0;
    cmrx_thread_start(thread, GET_MANY);
    for (uint32_t n = 0; n < MANY; n++)
        if (cmrx_queue_put(&queue, &n, CMRX_FOREVER) != CMRX_OK)
            return false;
    return cmrx_thread_join(thread, NULL, in(100000)) == CMRX_OK && got == MANY;
}

static bool items_come_in_order_to_less_and_more_urgent(void)
{
    return put_many(CMRX_THREAD_ID(low)) && put_many(CMRX_THREAD_ID(high));
}

static bool queue_is_bounded(void)
{
    uint64_t begun;

    for (uint32_t n = 0; n < 4; n++)
        if (cmrx_queue_put(&queue, &n, 0) != CMRX_OK)
            return false;
    begun = cmrx_time_now();
    if (!is_in_time(cmrx_queue_put(&queue, &begun, begun + 1000), begun))
        return false;
    for (uint32_t n = 0; n < 4; n++)
        if (job_do(GET, 2, 0) != CMRX_OK || got != n)
            return false;
    return job_do(GET, 2, 0) == CMRX_TIMEOUT;
}

static bool cancelled_visitor_gets_nothing(void)
{
    static const uint32_t item = 77;

    return cancel_in(GET) == CMRX_CANCELLED &&
           cmrx_queue_put(&queue, &item, 0) == CMRX_OK &&
           job_do(GET, 2, 0) == CMRX_OK && got == 77 && queue.room.count == 4 &&
           queue.lock.word == 0;
}

// ---- The others

// The more urgent one comes first, fails, and the other does it.
static bool what_failed_is_done_by_another(void)
{
    needed = 0;
    cmrx_thread_start(CMRX_THREAD_ID(high), NEED);
    order = 0;
    low_status = CMRX_INVALID;
    cmrx_thread_start(CMRX_THREAD_ID(low), NEED);
    return cmrx_once(&once, job_once, 0) == CMRX_TIMEOUT && both_end() &&
           low_status == CMRX_OK && order == 1 && needed == 2 &&
           cmrx_once(&once, job_once, 0) == CMRX_OK && needed == 2;
}

static bool all_meet_when_the_last_has_come(void)
{
    uint64_t begun = cmrx_time_now();
    bool in_time = is_in_time(job_do(MEET, 2, begun + 1000), begun);

    start_both(MEET, MEET);
    bool none = order == 0;
    return in_time && none && job_do(MEET, 2, 0) == CMRX_OK && both_end() &&
           order == 321;
}

static bool cancelled_visitor_has_not_met(void)
{
    return cancel_in(MEET) == CMRX_CANCELLED && barrier.word % 256 == 0;
}

static bool send_many(uint32_t thread)
{
    uint32_t sent = 0;

    order = 0;
    cmrx_thread_start(thread, RECEIVE);
    for (uint8_t n = 0; n < MANY; n++)
        sent += cmrx_ring_send(&ring, &n, 1, CMRX_FOREVER);
    return cmrx_thread_join(thread, NULL, in(100000)) == CMRX_OK &&
           sent == MANY && got == MANY;
}

static bool bytes_come_in_order_to_less_and_more_urgent(void)
{
    return send_many(CMRX_THREAD_ID(low)) && send_many(CMRX_THREAD_ID(high));
}

static bool reader_waits_for_the_writer_it_interrupted(void)
{
    cmrx_seqlock_write_begin(&seqlock);
    pair.low = 5;
    uint64_t begun = cmrx_time_now();
    bool in_time = is_in_time(job_do(READ, 2, begun + 1000), begun);
    start_both(NOTHING, READ);
    bool waits = order == 0;
    pair.high = 5;
    cmrx_seqlock_write_end(&seqlock);
    return in_time && waits && order == 3 && seen == 5 &&
           seqlock.waiters == 0 && job_do(READ, 2, 0) == CMRX_OK;
}

static bool cancelled_visitor_does_not_read(void)
{
    cmrx_seqlock_write_begin(&seqlock);
    enum cmrx_status status = cancel_in(READ);
    cmrx_seqlock_write_end(&seqlock);
    return status == CMRX_CANCELLED && seqlock.waiters == 0;
}

static void spin_until(uint64_t end)
{
    while (cmrx_time_now() < end)
        continue;
}

// Served late by a period and a half, it stays in phase.
static bool periodic_timer_keeps_phase(void)
{
    static struct cmrx_timer tick;
    struct cmrx_timer *due = NULL;
    uint64_t first = in(1000);

    cmrx_timer_start(&timers, &tick, first, 1000);
    for (uint32_t n = 0; n < 10; n++) {
        if (cmrx_timer_next(&timers, &due, in(50000)) != CMRX_OK ||
            due != &tick)
            return false;
        uint64_t late_by = cmrx_time_now() - first;
        if (n == 0 && late_by > 200)
            return false;
        if (n == 4)
            spin_until(in(2500)); // of two that are due one is served, late
    }
    uint64_t expected = first + 1000ull * (10 + tick.missed);
    return tick.missed == 1 && tick.due == expected &&
           cmrx_timer_stop(&timers, &tick) == CMRX_OK &&
           cmrx_timer_next(&timers, &due, in(2000)) == CMRX_TIMEOUT;
}

static bool earlier_timer_wakes_the_server(void)
{
    struct cmrx_timer *due = NULL;
    uint64_t begun = cmrx_time_now();

    cmrx_timer_start(&timers, &late, begun + 5000, 0);
    cmrx_thread_start(CMRX_THREAD_ID(low), START_EARLY);
    if (cmrx_timer_next(&timers, &due, CMRX_FOREVER) != CMRX_OK ||
        due != &early || cmrx_time_now() - begun > 1500)
        return false;
    return cmrx_timer_next(&timers, &due, CMRX_FOREVER) == CMRX_OK &&
           due == &late && cmrx_time_now() >= begun + 5000;
}

#define CASE(name)                                                             \
    {                                                                          \
#name, name                                                            \
    }

static const struct test_case cases[] = {
    CASE(token_wakes_the_most_urgent_at_once),
    CASE(tokens_have_a_maximum_and_are_taken_without_waiting),
    CASE(tokens_are_not_lost_when_interrupted),
    CASE(cancelled_visitor_takes_no_token),
    CASE(signal_wakes_one),
    CASE(broadcast_wakes_all),
    CASE(condition_gives_up_with_the_mutex),
    CASE(cancelled_visitor_leaves_the_mutex),
    CASE(owner_is_as_urgent_as_who_waits),
    CASE(next_owner_learns_that_it_was_left),
    CASE(visitor_that_returns_with_it_tells_who_waits),
    CASE(flags_wake_any_and_all),
    CASE(flags_are_taken_together),
    CASE(cancelled_visitor_clears_no_flag),
    CASE(items_come_in_order_to_less_and_more_urgent),
    CASE(queue_is_bounded),
    CASE(cancelled_visitor_gets_nothing),
    CASE(what_failed_is_done_by_another),
    CASE(all_meet_when_the_last_has_come),
    CASE(cancelled_visitor_has_not_met),
    CASE(bytes_come_in_order_to_less_and_more_urgent),
    CASE(reader_waits_for_the_writer_it_interrupted),
    CASE(cancelled_visitor_does_not_read),
    CASE(periodic_timer_keeps_phase),
    CASE(earlier_timer_wakes_the_server),
};

// It calls the tests through pointers; the most that one of them needs.
CMRX_STACK_BOUND(test_run, 400);

CMRX_THREAD(main, .stack = 1024, .priority = 10)
{
    test_run(cases, sizeof cases / sizeof cases[0]);
}
