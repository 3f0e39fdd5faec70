// explore.h - all schedules of a few threads, over the library as it is.
//
// The library and the scenario are compiled with -fsanitize=thread, but linked
// with explore.c instead of the sanitizer's library: so each access to a
// variable that is not on a stack, and each atomic one, calls explore.c. There,
// and in each system call, the explorer decides who goes on. It tries, depth
// first, all decisions with at most `budget` of: taking the processor from a
// thread that could go on; a deadline that comes; a home that ends. Beyond that
// it runs long random schedules without such a bound.
//
// Who is woken of several, which depends on priorities, is a decision too: what
// holds for all schedules holds for all priorities.

#ifndef EXPLORE_H
#define EXPLORE_H

#include <stdbool.h>
#include <stdint.h>

#define EXPLORE_THREADS 4

struct explore_scenario {
    const char *name;
    void (*reset)(void);
    void (*threads[EXPLORE_THREADS])(void); // up to the first NULL
    void (*check)(void);   // when all have ended, or nobody can go on
    unsigned budget;       // see above
    unsigned cancellable;  // a bit for each thread whose home may end
    unsigned may_be_stuck; // a bit for each thread that may wait for ever
};

// Check a fact, in a thread or in `check`.
#define EXPLORE_CHECK(fact) explore_check(fact, #fact, __LINE__)
void explore_check(bool fact, const char *text, int line);

// In `check`: has that thread come to its end?
bool explore_ended(unsigned thread);

// The number of the thread that runs.
unsigned explore_self(void);

// For what is not to be a place where others go on.
#define EXPLORE_QUIET     __attribute__((no_sanitize("thread")))

// A deadline that may come at any moment; earlier ones come first.
#define EXPLORE_SOME_TIME 1000u

// Run all; returns what main() returns.
int explore_all(const struct explore_scenario *scenarios, unsigned count);

#endif
