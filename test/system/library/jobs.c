// jobs.c - what the other threads of the test do with the objects.

#include "jobs.h"

static uint32_t places[4];
static uint8_t bytes[8];

struct cmrx_semaphore semaphore = CMRX_SEMAPHORE(0, 3);
struct cmrx_semaphore often = CMRX_SEMAPHORE(0, 1000000);
struct cmrx_mutex mutex;
struct cmrx_condition condition;
struct cmrx_flags flags;
struct cmrx_queue queue = CMRX_QUEUE(places);
struct cmrx_once once;
struct cmrx_barrier barrier = CMRX_BARRIER(3);
struct cmrx_ring ring = CMRX_RING(bytes);
struct cmrx_seqlock seqlock;
struct cmrx_timers timers;
struct cmrx_timer early, late;
struct pair pair;

volatile uint32_t items, seen, got, needed, order;

uint64_t in(uint32_t us)
{
    return cmrx_time_now() + us;
}

// At times that have nothing to do with what it interrupts.
static enum cmrx_status give_often(void)
{
    uint64_t next = cmrx_time_now();

    for (uint32_t n = 0; n < OFTEN; n++) {
        cmrx_semaphore_give(&often);
        cmrx_sleep_until(next += 67 + n % 7);
    }
    return CMRX_OK;
}

static enum cmrx_status wait_item(uint64_t deadline)
{
    enum cmrx_status status = cmrx_mutex_lock(&mutex, deadline);

    while (status == CMRX_OK && items == 0)
        status = cmrx_condition_wait(&condition, &mutex, deadline);
    if (status == CMRX_OK)
        items--;
    if (status != CMRX_CANCELLED)
        cmrx_mutex_unlock(&mutex);
    return status;
}

static enum cmrx_status wait_flags(uint32_t how, uint64_t deadline)
{
    uint32_t bits = 0;
    enum cmrx_status status = cmrx_flags_wait(&flags, 3, how, deadline, &bits);

    seen = bits;
    return status;
}

static enum cmrx_status get(uint64_t deadline)
{
    uint32_t item = 0;
    enum cmrx_status status = cmrx_queue_get(&queue, &item, deadline);

    got = item;
    return status;
}

static enum cmrx_status get_many(void)
{
    uint32_t good = 0;

    for (uint32_t n = 0; n < MANY; n++)
        good += get(CMRX_FOREVER) == CMRX_OK && got == n;
    got = good;
    return CMRX_OK;
}

enum cmrx_status job_once(void)
{
    needed++;
    cmrx_sleep_until(in(500));
    return needed == 1 ? CMRX_LIMIT : CMRX_OK;
}

static enum cmrx_status receive(void)
{
    uint8_t piece[3];
    uint32_t good = 0;

    for (uint32_t n = 0; n < MANY;) {
        uint32_t count =
            cmrx_ring_receive(&ring, piece, sizeof(piece), in(100000));

        if (count == 0)
            return CMRX_TIMEOUT;
        for (uint32_t i = 0; i < count; i++)
            good += piece[i] == n++;
    }
    got = good;
    return CMRX_OK;
}

static enum cmrx_status read(uint64_t deadline)
{
    uint32_t begun, low, high;

    do {
        enum cmrx_status status =
            cmrx_seqlock_read_begin(&seqlock, &begun, deadline);

        if (status != CMRX_OK)
            return status;
        low = pair.low;
        high = pair.high;
    } while (cmrx_seqlock_read_again(&seqlock, begun));
    seen = low;
    return low == high ? CMRX_OK : CMRX_INVALID;
}

static enum cmrx_status lock(uint32_t us, uint64_t deadline)
{
    uint64_t end = in(us);
    enum cmrx_status status = cmrx_mutex_lock(&mutex, deadline);

    if (status != CMRX_OK && status != CMRX_OWNER_DEAD)
        return status;
    while (us > 0 && cmrx_time_now() < end)
        continue;
    cmrx_mutex_unlock(&mutex);
    return status;
}

static enum cmrx_status job(uint32_t number, uint64_t deadline)
{
    switch (number) {
    case LOCK:
        return lock(0, deadline);
    case KEEP:
        return cmrx_mutex_lock(&mutex, deadline);
    case KEEP_LONG:
        cmrx_mutex_lock(&mutex, deadline);
        return cmrx_sleep_until(in(3000));
    case WORK:
        return lock(3000, deadline);
    case TAKE:
        return cmrx_semaphore_take(&semaphore, deadline);
    case GIVE_OFTEN:
        return give_often();
    case WAIT_ITEM:
        return wait_item(deadline);
    case WAIT_ANY:
        return wait_flags(CMRX_FLAGS_ANY, deadline);
    case WAIT_ALL:
        return wait_flags(CMRX_FLAGS_ALL, deadline);
    case TAKE_ALL:
        return wait_flags(CMRX_FLAGS_ALL | CMRX_FLAGS_CLEAR, deadline);
    case GET:
        return get(deadline);
    case GET_MANY:
        return get_many();
    case NEED:
        return cmrx_once(&once, job_once, deadline);
    case MEET:
        return cmrx_barrier_wait(&barrier, deadline);
    case RECEIVE:
        return receive();
    case READ:
        return read(deadline);
    case START_EARLY:
        return cmrx_timer_start(&timers, &early, in(1000), 0);
    default:
        return cmrx_sleep_until(CMRX_FOREVER);
    }
}

enum cmrx_status job_do(uint32_t number, uint32_t digit, uint64_t deadline)
{
    enum cmrx_status status = job(number, deadline);

    if (status == CMRX_OK)
        order = order * 10 + digit;
    return status;
}
