// explore.c - all schedules of a few threads: decisions, and the runs.

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "explore.h"
#include "explorer.h"

#define STACK_BYTES (64u * 1024u)
#define STEPS_MAX   20000u
#define RANDOM_RUNS 3000u
#define OPTIONS_MAX (3 * EXPLORE_THREADS)

struct explorer explorer;

// ---- The decisions of a run, and how many there were each time

static struct {
    uint8_t taken[STEPS_MAX], options[STEPS_MAX];
    unsigned length, replayed;
    bool is_random;
    uint32_t seed;
} path;

static const struct explore_scenario *scenario;
static jmp_buf beginnings[EXPLORE_THREADS]; // in run_thread(), in every run
static jmp_buf contexts[EXPLORE_THREADS], main_context;
static bool is_begun[EXPLORE_THREADS];
static char stacks[EXPLORE_THREADS][STACK_BYTES] __attribute__((aligned(64)));

static uint32_t next_random(void)
{
    path.seed = path.seed * 1664525u + 1013904223u;
    return path.seed >> 8;
}

unsigned explorer_decide(unsigned options)
{
    unsigned n = path.length;

    if (options <= 1)
        return 0;
    if (n == STEPS_MAX) {
        explore_check(false, "it comes to an end", 0);
        return 0;
    }
    if (n >= path.replayed) {
        path.taken[n] = 0;
        // The first is to let things take their course.
        if (path.is_random && next_random() % 4 == 0)
            path.taken[n] = (uint8_t)(next_random() % options);
    }
    path.options[n] = (uint8_t)options;
    path.length++;
    return path.taken[n];
}

// Go back to the last decision that has another way. False: that were all.
static bool next_path(void)
{
    while (path.length > 0) {
        unsigned last = path.length - 1;

        if (path.taken[last] + 1u < path.options[last]) {
            path.taken[last]++;
            path.replayed = path.length;
            return true;
        }
        path.length--;
    }
    return false;
}

// ---- What may happen next

enum kind { RUN, COME, CANCEL };

struct option {
    enum kind kind;
    unsigned thread;
};

static unsigned add_runs(struct option *to, unsigned cost)
{
    unsigned count = 0, current = explorer.current;

    if (explorer.threads[current].state == EXPLORER_READY)
        to[count++] = (struct option){ RUN, current };
    for (unsigned i = 0; i < explorer.count && cost <= explorer.budget; i++)
        if (i != current && explorer.threads[i].state == EXPLORER_READY)
            to[count++] = (struct option){ RUN, i };
    return count;
}

static bool is_ready(unsigned *first)
{
    for (*first = 0; *first < explorer.count; ++*first)
        if (explorer.threads[*first].state == EXPLORER_READY)
            return true;
    return false;
}

// The earliest deadline of those that wait; several may have the same.
static uint64_t earliest(void)
{
    uint64_t least = UINT64_MAX;

    for (unsigned i = 0; i < explorer.count; i++)
        if (explorer.threads[i].state == EXPLORER_WAITING &&
            explorer.threads[i].deadline < least)
            least = explorer.threads[i].deadline;
    return least;
}

static unsigned add_events(struct option *to, bool some_ready)
{
    unsigned count = 0;
    uint64_t least = earliest();

    if (some_ready && explorer.budget == 0)
        return 0;
    for (unsigned i = 0; i < explorer.count; i++) {
        const struct explorer_thread *t = &explorer.threads[i];

        if (t->state == EXPLORER_WAITING && t->deadline == least &&
            least != UINT64_MAX)
            to[count++] = (struct option){ COME, i };
        if (some_ready && t->state != EXPLORER_ENDED && !t->cancelled &&
            (scenario->cancellable & 1u << i) != 0)
            to[count++] = (struct option){ CANCEL, i };
    }
    return count;
}

static void happen(struct option option)
{
    struct explorer_thread *t = &explorer.threads[option.thread];

    if (option.kind == COME) {
        if (explorer.now < t->deadline)
            explorer.now = t->deadline;
        explorer_end_wait(t, CMRX_TIMEOUT);
        return;
    }
    t->cancelled = true;
    if (t->state == EXPLORER_WAITING)
        explorer_end_wait(t, CMRX_CANCELLED);
}

static void go_to(unsigned thread)
{
    bool goes_on = is_begun[thread];

    explorer.current = thread;
    is_begun[thread] = true;
    _longjmp(goes_on ? contexts[thread] : beginnings[thread], 1);
}

static void leave_run(void)
{
    explorer.is_running = false;
    _longjmp(main_context, 1);
}

static void pay(void)
{
    if (explorer.budget > 0 && !path.is_random)
        explorer.budget--;
}

void explorer_point(void)
{
    for (;;) {
        struct option options[OPTIONS_MAX];
        unsigned first, current = explorer.current;
        bool some_ready = is_ready(&first);
        bool goes_on = explorer.threads[current].state == EXPLORER_READY;
        unsigned count = add_runs(options, goes_on ? 1 : 0);

        count += add_events(options + count, some_ready);
        if (count == 0) {
            leave_run();
            return;
        }
        struct option chosen = options[explorer_decide(count)];
        if (chosen.kind != RUN) {
            if (some_ready)
                pay();
            happen(chosen);
        } else if (chosen.thread == current) {
            return;
        } else {
            if (goes_on)
                pay();
            if (_setjmp(contexts[current]) == 0)
                go_to(chosen.thread);
            return;
        }
    }
}

// ---- A run

// It never returns, so that every run can begin where the first one did.
static void run_thread(void)
{
    if (_setjmp(beginnings[explorer.current]) == 0)
        _longjmp(main_context, 1);
    scenario->threads[explorer.current]();
    explorer_exit();
    explorer.threads[explorer.current].state = EXPLORER_ENDED;
    explorer_point();
}

// Up to its beginning, on a stack of its own. setcontext() makes a system call, and
// jumps do not: it is only for here.
static void make_context(unsigned thread)
{
    static ucontext_t context;

    getcontext(&context);
    context.uc_stack.ss_sp = stacks[thread];
    context.uc_stack.ss_size = STACK_BYTES;
    context.uc_link = NULL;
    makecontext(&context, run_thread, 0);
    explorer.current = thread;
    if (_setjmp(main_context) == 0)
        setcontext(&context);
}

static void run(void)
{
    memset(&explorer, 0, sizeof(explorer));
    explorer.now = 1;
    explorer.budget = scenario->budget;
    path.length = 0;
    scenario->reset();
    while (explorer.count < EXPLORE_THREADS &&
           scenario->threads[explorer.count] != NULL) {
        is_begun[explorer.count++] = false;
    }
    // Who begins is a decision as well.
    unsigned first = explorer_decide(explorer.count);
    explorer.is_running = true;
    if (_setjmp(main_context) == 0)
        go_to(first);
    explorer.is_running = false;
    for (unsigned i = 0; i < explorer.count; i++)
        if ((scenario->may_be_stuck & 1u << i) == 0 && !explore_ended(i))
            explore_check(false, "no thread waits for ever", 0);
    if (explorer.failure == NULL)
        scenario->check();
}

bool explore_ended(unsigned thread)
{
    return explorer.threads[thread].state == EXPLORER_ENDED;
}

unsigned explore_self(void)
{
    return explorer.current;
}

void explore_check(bool fact, const char *text, int line)
{
    if (fact || explorer.failure != NULL)
        return;
    explorer.failure = text;
    explorer.failure_line = line;
    if (explorer.is_running)
        leave_run();
}

static bool passes(void)
{
    run();
    if (explorer.failure == NULL)
        return true;
    printf("not ok %s: %s (line %d); decisions:", scenario->name,
           explorer.failure, explorer.failure_line);
    for (unsigned i = 0; i < path.length; i++)
        if (path.taken[i] != 0)
            printf(" %u:%u/%u", i, path.taken[i], path.options[i]);
    for (unsigned i = 0; i < explorer.count; i++)
        printf("; %u %s", i, explore_ended(i) ? "ended" : "has not ended");
    printf("\n");
    return false;
}

static bool explore_one(void)
{
    unsigned long schedules = 0;

    memset(&path, 0, sizeof(path));
    do {
        if (!passes())
            return false;
        schedules++;
    } while (next_path());
    path.is_random = true;
    for (unsigned n = 0; n < RANDOM_RUNS; n++) {
        path.replayed = 0;
        path.seed = n;
        if (!passes())
            return false;
    }
    printf("ok %s: %lu schedules, %u random ones\n", scenario->name, schedules,
           RANDOM_RUNS);
    fflush(stdout);
    return true;
}

int explore_all(const struct explore_scenario *scenarios, unsigned count)
{
    unsigned failed = 0;

    for (unsigned i = 0; i < EXPLORE_THREADS; i++)
        make_context(i);
    for (unsigned i = 0; i < count; i++) {
        scenario = &scenarios[i];
        failed += !explore_one();
    }
    return failed > 0;
}
