// jobs.h - the objects of the test, and what its other threads do with them.

#ifndef JOBS_H
#define JOBS_H

#include <cmrx/barrier.h>
#include <cmrx/cmrx.h>
#include <cmrx/condition.h>
#include <cmrx/flags.h>
#include <cmrx/once.h>
#include <cmrx/queue.h>
#include <cmrx/ring.h>
#include <cmrx/semaphore.h>
#include <cmrx/seqlock.h>
#include <cmrx/timer.h>

enum job {
    NOTHING, // sleep for ever
    TAKE,
    GIVE_OFTEN,
    WAIT_ITEM,
    WAIT_ANY,
    WAIT_ALL,
    TAKE_ALL,
    GET,
    GET_MANY,
    NEED,
    MEET,
    RECEIVE,
    READ,
    START_EARLY,
    LOCK,      // and give it back
    KEEP,      // it, and end
    KEEP_LONG, // likewise, after 3 ms
    WORK,      // 3 ms with it
    JOBS
};

#define MANY  100u
#define OFTEN 2000u

struct pair {
    volatile uint32_t low, high;
};

extern struct cmrx_semaphore semaphore, often;
extern struct cmrx_mutex mutex;
extern struct cmrx_condition condition;
extern struct cmrx_flags flags;
extern struct cmrx_queue queue;
extern struct cmrx_once once;
extern struct cmrx_barrier barrier;
extern struct cmrx_ring ring;
extern struct cmrx_seqlock seqlock;
extern struct cmrx_timers timers;
extern struct cmrx_timer early, late;
extern struct pair pair;

extern volatile uint32_t items, seen, got, needed;
extern volatile uint32_t order; // who has done its job, a digit each

// Do it, as the thread `digit`, and put that behind `order`.
enum cmrx_status job_do(uint32_t job, uint32_t digit, uint64_t deadline);

enum cmrx_status job_once(void); // sleeps, and counts in `needed`

uint64_t in(uint32_t us);

// What the client calls, from its home, which the tester ends meanwhile.
struct library {
    void (*visit)(CMRX_SELF);
};

#endif
