// test_owned.c - the objects that have a mutex of their own, when who had it was
// taken out of the process by force (CMRX_RECOVER); and timers far behind.
// links: lib/queue.c lib/semaphore.c lib/timer.c lib/mutex.c lib/mutex_wait.c
// links: lib/wait.c lib/time.c

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cmrx/cmrx.h>
#include <cmrx/queue.h>
#include <cmrx/timer.h>

#define LOW(pointer) ((uint32_t)(uintptr_t)(pointer))

// ---- The kernel: a clock; nobody else runs, and a wait ends at once

static uint64_t now;
static uint32_t watched, wakes; // a word, and how often it was woken

struct cmrx_reply cmrx_trap(uint32_t word, uint32_t a, uint32_t b, uint32_t c,
                            uint32_t d)
{
    (void)b, (void)c, (void)d;
    switch (word) {
    case CMRX_SYS_TIME:
        return (struct cmrx_reply){ (uint32_t)now, (uint32_t)(now >> 32),
                                    CMRX_OK };
    case CMRX_SYS_WAKE:
        wakes += a == watched;
        return (struct cmrx_reply){ 1, 0, CMRX_OK };
    default:
        return (struct cmrx_reply){ 0, 0, CMRX_TIMEOUT };
    }
}

uint32_t cmrx_stack_pointer(void)
{
    return 0x20000040;
}

static int fresh(void **state)
{
    (void)state;
    now = 1000;
    watched = wakes = 0;
    return 0;
}

// ---- Left behind

static void a_queue_that_was_left_says_so_and_stays_usable(void **state)
{
    uint32_t items[2], item = 5;
    struct cmrx_queue queue = CMRX_QUEUE(items);
    (void)state;

    queue.lock.word = CMRX_MUTEX_LEFT;
    assert_int_equal(cmrx_queue_put(&queue, &item, 0), CMRX_OWNER_DEAD);
    assert_int_equal(queue.lock.word, CMRX_MUTEX_FREE);
    assert_int_equal(queue.room.count, 2);
    assert_int_equal(queue.used.count, 0);
    assert_int_equal(cmrx_queue_put(&queue, &item, 0), CMRX_OK);
    queue.lock.word = CMRX_MUTEX_LEFT;
    item = 0;
    assert_int_equal(cmrx_queue_get(&queue, &item, 0), CMRX_OWNER_DEAD);
    assert_int_equal(item, 0);
    assert_int_equal(cmrx_queue_get(&queue, &item, 0), CMRX_OK);
    assert_int_equal(item, 5);
}

static void timers_that_were_left_go_on(void **state)
{
    struct cmrx_timers timers = { .first = NULL };
    struct cmrx_timer one = { .period = 0 }, two = { .period = 0 };
    struct cmrx_timer *due = NULL;
    (void)state;

    timers.lock.word = CMRX_MUTEX_LEFT;
    assert_int_equal(cmrx_timer_start(&timers, &one, 900, 0), CMRX_OK);
    assert_int_equal(timers.lock.word, CMRX_MUTEX_FREE);
    timers.lock.word = CMRX_MUTEX_LEFT;
    assert_int_equal(cmrx_timer_next(&timers, &due, 0), CMRX_OK);
    assert_ptr_equal(due, &one);
    assert_int_equal(timers.lock.word, CMRX_MUTEX_FREE);
    timers.lock.word = CMRX_MUTEX_LEFT;
    assert_int_equal(cmrx_timer_stop(&timers, &two), CMRX_OK);
    assert_int_equal(timers.lock.word, CMRX_MUTEX_FREE);
}

// Who was taken out may have put another one first, and not have said so.
static void who_serves_timers_that_were_left_looks_again(void **state)
{
    struct cmrx_timers timers = { .first = NULL };
    struct cmrx_timer one = { .period = 0 };
    (void)state;

    timers.lock.word = CMRX_MUTEX_LEFT;
    uint32_t changes = timers.changes;
    watched = LOW(&timers.changes);
    assert_int_equal(cmrx_timer_stop(&timers, &one), CMRX_OK);
    assert_int_not_equal(timers.changes, changes);
    assert_int_equal(wakes, 1);
}

// ---- Late

static void a_timer_that_is_far_behind_comes_to_the_present(void **state)
{
    static const uint32_t periods[] = { 1, 2, 3, 1000000, UINT32_MAX };
    static const uint64_t lates[] = { 0,
                                      1,
                                      UINT32_MAX - 1u,
                                      UINT32_MAX,
                                      UINT32_MAX + (uint64_t)1,
                                      UINT32_MAX + (uint64_t)2,
                                      (uint64_t)20 << 32 };
    (void)state;

    for (unsigned n = 0; n < sizeof(periods) / sizeof(periods[0]); n++) {
        for (unsigned k = 0; k < sizeof(lates) / sizeof(lates[0]); k++) {
            struct cmrx_timers timers = { .first = NULL };
            struct cmrx_timer timer = { .period = 0 };
            struct cmrx_timer *due = NULL;

            now = lates[k];
            cmrx_timer_start(&timers, &timer, 0, periods[n]);
            assert_int_equal(cmrx_timer_next(&timers, &due, 0), CMRX_OK);
            assert_ptr_equal(due, &timer);
            assert_true(timer.due > now && timer.due - now <= periods[n]);
            assert_true(timer.due % periods[n] == 0);
            assert_int_equal(timer.missed, (uint32_t)(now / periods[n]));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_queue_that_was_left_says_so_and_stays_usable,
                               fresh),
        cmocka_unit_test_setup(timers_that_were_left_go_on, fresh),
        cmocka_unit_test_setup(who_serves_timers_that_were_left_looks_again,
                               fresh),
        cmocka_unit_test_setup(a_timer_that_is_far_behind_comes_to_the_present,
                               fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
