// parallel.c - the objects of the library between threads of the host.
//
// These run at once, on several processors, for as long as it takes to do all
// ROUNDS, with a kernel that is a mutex and a condition of the host. It is built
// twice: with -fsanitize=thread, which knows what the memory model promises, and
// with -fsanitize=address,undefined. Deadlines come at random.

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmrx/barrier.h>
#include <cmrx/condition.h>
#include <cmrx/flags.h>
#include <cmrx/once.h>
#include <cmrx/queue.h>
#include <cmrx/ring.h>
#include <cmrx/semaphore.h>
#include <cmrx/seqlock.h>
#include <cmrx/timer.h>
#include <cmrx/wait.h>

#define ROUNDS  3000u
#define THREADS 4u

// ---- The kernel

struct sleeper {
    pthread_cond_t woken;
    const volatile uint32_t *word;
    struct sleeper *next;
    bool is_woken;
};

static pthread_mutex_t kernel = PTHREAD_MUTEX_INITIALIZER;
static struct sleeper *sleepers;

uint64_t cmrx_time_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static void sleep_until(struct sleeper *self, uint64_t deadline)
{
    struct timespec end = { .tv_sec = (time_t)(deadline / 1000000u),
                            .tv_nsec = (long)(deadline % 1000000u) * 1000 };

    if (deadline == CMRX_FOREVER)
        pthread_cond_wait(&self->woken, &kernel);
    else
        pthread_cond_timedwait(&self->woken, &kernel, &end);
}

static void take_out(const struct sleeper *self)
{
    struct sleeper **at = &sleepers;

    while (*at != self)
        at = &(*at)->next;
    *at = self->next;
}

static enum cmrx_status sleep_on(const volatile uint32_t *word,
                                 uint64_t deadline)
{
    struct sleeper self = { .word = word, .next = sleepers };

    pthread_cond_init(&self.woken, NULL);
    sleepers = &self;
    while (!self.is_woken && cmrx_time_now() < deadline)
        sleep_until(&self, deadline);
    if (!self.is_woken)
        take_out(&self);
    pthread_cond_destroy(&self.woken);
    return self.is_woken ? CMRX_OK : CMRX_TIMEOUT;
}

enum cmrx_status cmrx_wait(const volatile uint32_t *word, uint32_t while_equal,
                           uint64_t deadline)
{
    enum cmrx_status status = CMRX_CHANGED;

    pthread_mutex_lock(&kernel);
    if (__atomic_load_n(word, __ATOMIC_RELAXED) == while_equal)
        status = sleep_on(word, deadline);
    pthread_mutex_unlock(&kernel);
    return status;
}

uint32_t cmrx_stack_pointer(void)
{
    return (uint32_t)(uintptr_t)__builtin_frame_address(0) & ~3u;
}

// Nobody ends with it.
enum cmrx_status cmrx_mutex_wait(struct cmrx_mutex *mutex, uint32_t seen,
                                 uint64_t deadline)
{
    enum cmrx_status status = CMRX_CHANGED;

    pthread_mutex_lock(&kernel);
    if (__atomic_compare_exchange_n(&mutex->word, &seen,
                                    seen | CMRX_MUTEX_AWAITED, 0,
                                    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        status = sleep_on(&mutex->word, deadline);
    pthread_mutex_unlock(&kernel);
    return status;
}

int32_t cmrx_wake(const volatile uint32_t *word, uint32_t count)
{
    uint32_t woken = 0;

    pthread_mutex_lock(&kernel);
    for (struct sleeper *at = sleepers, *next; at != NULL && woken < count;
         at = next) {
        next = at->next;
        if (at->word != word)
            continue;
        take_out(at);
        at->is_woken = true;
        pthread_cond_signal(&at->woken);
        woken++;
    }
    pthread_mutex_unlock(&kernel);
    return (int32_t)woken;
}

// ---- What they do

static void check(bool fact, const char *text)
{
    if (fact)
        return;
    printf("not ok %s\n", text);
    exit(1);
}

#define CHECK(fact) check(fact, #fact)

static uint64_t soon(uint32_t round)
{
    return round % 3 == 0 ? cmrx_time_now() + round % 50 : CMRX_FOREVER;
}

static struct cmrx_semaphore semaphore = CMRX_SEMAPHORE(2, 1000000);
static uint32_t inside;

static void semaphores(uint32_t self)
{
    (void)self;
    for (uint32_t n = 0; n < ROUNDS; n++) {
        while (cmrx_semaphore_take(&semaphore, soon(n)) != CMRX_OK)
            continue;
        CHECK(__atomic_add_fetch(&inside, 1, __ATOMIC_RELAXED) <= 2);
        __atomic_sub_fetch(&inside, 1, __ATOMIC_RELAXED);
        cmrx_semaphore_give(&semaphore);
    }
}

static struct cmrx_mutex mutex;
static struct cmrx_condition condition;
static uint32_t turn; // plain: the mutex protects it

// Each waits for its turn.
static void conditions(uint32_t self)
{
    for (uint32_t n = 0; n < ROUNDS / 4; n++) {
        cmrx_mutex_lock(&mutex, CMRX_FOREVER);
        while (turn % THREADS != self)
            cmrx_condition_wait(&condition, &mutex, soon(n));
        turn++;
        cmrx_mutex_unlock(&mutex);
        cmrx_condition_broadcast(&condition);
    }
}

static uint32_t places[3];
static struct cmrx_queue queue = CMRX_QUEUE(places);
static uint32_t sum;

static void queues(uint32_t self)
{
    uint32_t item;

    for (uint32_t n = 1; n <= ROUNDS; n++) {
        if (self % 2 == 0) {
            while (cmrx_queue_put(&queue, &n, soon(n)) != CMRX_OK)
                continue;
            __atomic_fetch_add(&sum, n, __ATOMIC_RELAXED);
        } else {
            while (cmrx_queue_get(&queue, &item, soon(n)) != CMRX_OK)
                continue;
            __atomic_fetch_sub(&sum, item, __ATOMIC_RELAXED);
        }
    }
}

static uint8_t bytes[8];
static struct cmrx_ring ring = CMRX_RING(bytes);

static void rings(uint32_t self)
{
    uint8_t piece[5];

    for (uint32_t n = 0; n < ROUNDS && self < 2;) {
        if (self == 0) {
            for (uint32_t i = 0; i < 5; i++)
                piece[i] = (uint8_t)(n + i);
            n += cmrx_ring_send(&ring, piece, n < ROUNDS - 5 ? 5 : 1, soon(n));
        } else {
            uint32_t count = cmrx_ring_receive(&ring, piece, 3, soon(n));

            for (uint32_t i = 0; i < count; i++, n++)
                CHECK(piece[i] == (uint8_t)n);
        }
    }
}

static struct cmrx_flags flags;

// A token that goes round: each takes its own flag and sets the next.
static void flag_rounds(uint32_t self)
{
    for (uint32_t n = 0; n < ROUNDS; n++) {
        while (cmrx_flags_wait(&flags, 1u << self,
                               CMRX_FLAGS_ANY | CMRX_FLAGS_CLEAR, soon(n),
                               NULL) != CMRX_OK)
            continue;
        cmrx_flags_set(&flags, 1u << (self + 1) % THREADS);
    }
}

static struct cmrx_barrier barrier = CMRX_BARRIER(THREADS);
static uint32_t rounds[THREADS]; // plain: the barrier is between

static void barriers(uint32_t self)
{
    for (uint32_t n = 0; n < ROUNDS / 4; n++) {
        rounds[self] = n;
        while (cmrx_barrier_wait(&barrier, soon(n)) != CMRX_OK)
            continue;
        for (uint32_t i = 0; i < THREADS; i++)
            CHECK(rounds[i] == n);
        while (cmrx_barrier_wait(&barrier, soon(n)) != CMRX_OK)
            continue;
    }
}

static struct cmrx_seqlock seqlock;
static uint32_t low, high;

static uint32_t look(const uint32_t *at)
{
    return __atomic_load_n(at, __ATOMIC_RELAXED);
}

static void put(uint32_t *at, uint32_t value)
{
    __atomic_store_n(at, value, __ATOMIC_RELAXED);
}

static void seqlocks(uint32_t self)
{
    uint32_t begun, a, b;

    for (uint32_t n = 1; n <= ROUNDS; n++) {
        if (self == 0) {
            cmrx_seqlock_write_begin(&seqlock);
            put(&low, n);
            put(&high, n);
            cmrx_seqlock_write_end(&seqlock);
            continue;
        }
        do {
            while (cmrx_seqlock_read_begin(&seqlock, &begun, soon(n)) !=
                   CMRX_OK)
                continue;
            a = look(&low);
            b = look(&high);
        } while (cmrx_seqlock_read_again(&seqlock, begun));
        CHECK(a == b);
    }
}

static struct cmrx_once once[ROUNDS];
static uint32_t made[ROUNDS], making; // plain: done once
static struct cmrx_timers timers;
static struct cmrx_timer tick[THREADS];

static enum cmrx_status make(void)
{
    made[making]++;
    making++;
    return CMRX_OK;
}

static void onces(uint32_t self)
{
    (void)self;
    for (uint32_t n = 0; n < ROUNDS; n++) {
        while (cmrx_once(&once[n], make, soon(n)) != CMRX_OK)
            continue;
        CHECK(made[n] == 1);
    }
}

// Thread 0 serves, the others start theirs again and again.
static void timer_rounds(uint32_t self)
{
    struct cmrx_timer *due = NULL;

    for (uint32_t n = 0; n < ROUNDS / 4; n++)
        if (self > 0)
            cmrx_timer_start(&timers, &tick[self], cmrx_time_now() + n % 30, 0);
        else if (cmrx_timer_next(&timers, &due, cmrx_time_now() + 200) ==
                 CMRX_OK)
            CHECK(due > tick && due < tick + THREADS);
}

// ---- All of it

static void (*const work[])(uint32_t) = {
    semaphores, conditions, queues, rings,       flag_rounds,
    barriers,   seqlocks,   onces,  timer_rounds
};
static uint32_t now_doing;

static void *run(void *argument)
{
    work[now_doing]((uint32_t)(uintptr_t)argument);
    return NULL;
}

int main(void)
{
    cmrx_flags_set(&flags, 1);
    for (now_doing = 0; now_doing < sizeof(work) / sizeof(work[0]);
         now_doing++) {
        pthread_t threads[THREADS];

        for (uintptr_t i = 0; i < THREADS; i++)
            pthread_create(&threads[i], NULL, run, (void *)i);
        for (uint32_t i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
        printf("ok %u\n", now_doing);
        fflush(stdout);
    }
    CHECK(semaphore.count == 2 && semaphore.waiters == 0 && sum == 0);
    CHECK(turn == THREADS * (ROUNDS / 4) && condition.waiters == 0);
    return 0;
}
