// library_paths.c - mutex and ring, which the kernel does not know.

#include "sweep.h"

#include <cmrx/mutex.h>
#include <cmrx/ring.h>

// ---- Mutex: the path and the intruder add to the same number. The intruder
// sleeps while it holds the mutex: the path goes on, and must not get in.

static struct cmrx_mutex mutex;
static volatile uint32_t number, added;

static void number_clear(void)
{
    number = added = 0;
}

static void add(void)
{
    cmrx_mutex_lock(&mutex, CMRX_FOREVER);
    uint32_t seen = number;
    __asm__ volatile("nop\n nop\n nop");
    number = seen + 1;
    cmrx_mutex_unlock(&mutex);
}

static void add_slowly(void)
{
    cmrx_mutex_lock(&mutex, CMRX_FOREVER);
    uint32_t seen = number;
    cmrx_sleep_until(cmrx_time_now() + 60);
    number = seen + 1;
    cmrx_mutex_unlock(&mutex);
    added = 1;
}

static bool add_is_right(void)
{
    while (added == 0)
        cmrx_sleep_until(cmrx_time_now() + 60);
    return number == 2 && mutex.word == 0;
}

// It is taken: the path waits for it, and the intruder makes who has it give it back.
static volatile uint32_t let_go;

static void hold(void)
{
    cmrx_mutex_lock(&mutex, CMRX_FOREVER);
}

static void release(void)
{
    cmrx_mutex_unlock(&mutex);
}

CMRX_THREAD(holder, .stack = 256, .priority = 7, .dormant = 1)
{
    hold();
    while (let_go == 0)
        cmrx_wait(&let_go, 0, CMRX_FOREVER);
    release();
}

static void holder_begin(void)
{
    let_go = 0;
    cmrx_thread_start(CMRX_THREAD_ID(holder), 0);
}

static void holder_end(void)
{
    let_go = 1;
    cmrx_wake(&let_go, 1);
}

static bool hold_is_right(void)
{
    enum cmrx_status status =
        cmrx_thread_join(CMRX_THREAD_ID(holder), NULL, cmrx_time_now() + 1000);
    bool taken = mutex.word != 0;

    release();
    return status == CMRX_OK && taken && mutex.word == 0;
}

// Somebody waits for it: giving it back wakes him.
CMRX_THREAD(locker, .stack = 256, .priority = 6, .dormant = 1)
{
    hold();
    added = 1;
    release();
}

static void hold_before_locker(void)
{
    added = 0;
    hold();
    cmrx_thread_start(CMRX_THREAD_ID(locker), 0);
}

static bool locker_is_right(void)
{
    enum cmrx_status status =
        cmrx_thread_join(CMRX_THREAD_ID(locker), NULL, cmrx_time_now() + 1000);

    return status == CMRX_OK && added == 1 && mutex.word == 0;
}

// ---- Ring: one writes, the other reads, and the other way round

static uint8_t bytes[8];
static struct cmrx_ring ring = CMRX_RING(bytes);
static uint8_t next_put, next_taken;
static bool order_is_kept = true;

static void put(uint32_t count)
{
    uint8_t from[8];

    for (uint32_t i = 0; i < count; i++)
        from[i] = (uint8_t)(next_put + i);
    next_put = (uint8_t)(next_put + cmrx_ring_write(&ring, from, count));
}

static void take(uint32_t count)
{
    uint8_t to[8];
    uint32_t got = cmrx_ring_read(&ring, to, count);

    for (uint32_t i = 0; i < got; i++)
        order_is_kept = order_is_kept && to[i] == next_taken++;
}

static void half_fill(void)
{
    take(8);
    put(3);
}

static void put_some(void)
{
    put(7); // more than there is room for
}

static void take_all(void)
{
    take(8);
}

static bool ring_is_right(void)
{
    uint32_t used = cmrx_ring_used(&ring);

    take(8);
    return order_is_kept && used <= 8 && cmrx_ring_free(&ring) == 8 &&
           next_taken == next_put;
}

const struct path library_paths[] = {
    { "mutex", number_clear, add, add_slowly, add_is_right, 0, 0 },
    { "mutex_taken", holder_begin, hold, holder_end, hold_is_right, 1000, 0 },
    { "mutex_awaited", hold_before_locker, release, NULL, locker_is_right, 0,
      0 },
    { "ring_write", half_fill, put_some, take_all, ring_is_right, 0, 0 },
    { "ring_read", half_fill, take_all, put_some, ring_is_right, 0, 0 },
};
const uint32_t library_paths_count =
    sizeof library_paths / sizeof library_paths[0];
