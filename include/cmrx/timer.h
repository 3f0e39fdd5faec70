// timer.h - any number of timers, served by one thread of the process.
//
// There is no hidden thread and no callback: the thread that serves asks which
// timer is due next, and does what has to be done, on a stack and with a
// priority that it was declared with (doc/design/0020-library.md). It may be a
// thread for nothing else, or the application's own loop:
//
//     while (cmrx_timer_next(&timers, &due, CMRX_FOREVER) == CMRX_OK)
//         if (due == &blink)
//             ...
//
// Periodic timers keep phase: the next time is the last *due* time and a
// period, however late it was served. Periods that are over before anybody came
// are counted in `missed`, not made up for.
//
// Any thread may start and stop timers. One that is cancelled has not: see
// there. When the process restarts, no timer runs.

#ifndef CMRX_TIMER_H
#define CMRX_TIMER_H

#include <cmrx/mutex.h>

#ifdef __cplusplus
extern "C" {
#endif

// Zero does not run: a static one needs no initializer. In memory that lasts as
// long as it runs.
struct cmrx_timer {
    uint64_t due;    // microseconds; of the next time
    uint32_t period; // microseconds; 0: once
    uint32_t missed; // periods, since it was started; for who serves
    struct cmrx_timer *next;
};

// Zero is without timers: a static one needs no initializer.
//
// Invariant: the list is sorted by `due`, changed under the lock. Whoever
// serves sleeps no longer than until the first is due, or will be woken,
// because who has put another first has changed `changes` and has yet to wake.
struct cmrx_timers {
    struct cmrx_mutex lock; // held for a walk along the list, no longer
    volatile uint32_t changes;
    struct cmrx_timer *first;
};

// Start `timer`, again if it runs: to be due at `due` and then every `period`.
//
// due: microseconds, absolute; when it is past, at once.
// period: microseconds, 0 for once.
// Returns CMRX_OK, or CMRX_CANCELLED (see cmrx_wait): it is then as it was.
// Any thread. Cost: per timer that runs.
enum cmrx_status cmrx_timer_start(struct cmrx_timers *timers,
                                  struct cmrx_timer *timer, uint64_t due,
                                  uint32_t period);

// Stop `timer`, if it runs. Returns CMRX_OK, or CMRX_CANCELLED (see cmrx_wait):
// it is then as it was. Any thread. Cost: per timer that runs.
enum cmrx_status cmrx_timer_stop(struct cmrx_timers *timers,
                                 struct cmrx_timer *timer);

// Wait until a timer is due, at the latest until `deadline` (microseconds, 0
// not to wait, CMRX_FOREVER), and put it into *due; of several the one that has
// been due for longest. One that is not periodic does not run any more.
// Returns CMRX_OK, CMRX_TIMEOUT, or CMRX_CANCELLED (see cmrx_wait): *due is not
// written then. Any thread, one for each struct cmrx_timers. Cost: constant;
// for a periodic timer per timer that runs.
enum cmrx_status cmrx_timer_next(struct cmrx_timers *timers,
                                 struct cmrx_timer **due, uint64_t deadline);

#ifdef __cplusplus
}
#endif

#endif
