// test_taskset.c - how long may somebody urgent wait for those who are less so?
//
//     test_taskset                  what ctest runs
//     test_taskset SEED             that set of tasks alone
//
// Random sets of tasks use random servers, also through each other. A job is in
// inversion while it could run, or waits for a monitor, and somebody whose own
// priority is lower runs. Each task below may do that to it once, for the longest
// of its critical sections that matters to anybody as urgent: that is the bound,
// computed from what the tasks do.

#include "group.h"
#include "internal.h"
#include "random.h"
#include "user.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SETS    150u
#define US      400000u // of each set
#define TASKS   8u
#define SERVERS 4u
#define STEPS   24u

enum deed { COMPUTE, CALL, RETURN, DONE };

struct step {
    enum deed deed;
    uint32_t n; // microseconds, or a server
};

struct task {
    struct step steps[STEPS];
    unsigned count, at;
    uint32_t left, period; // microseconds
    bool is_active;
    uint32_t inverted, bound; // likewise
};

static struct task tasks[TASKS]; // by number of their threads
static unsigned task_count, server_count;

// Of all sets, and shared with them.
static struct sum {
    unsigned jobs, inverted, near;
} * sum;

// ---- What they do

static void add(struct task *t, enum deed deed, uint32_t n)
{
    t->steps[t->count++] = (struct step){ deed, n };
}

// Servers are numbered from 1; each calls only later ones.
static void steps_make(struct task *t)
{
    unsigned way[SERVERS + 1] = { 0 }, depth = 0;

    while (t->count < STEPS - 2 * SERVERS - 2) {
        add(t, COMPUTE, random_between(1, random_in(4) ? 400 : 40));
        if (way[depth] < server_count && random_in(2)) {
            way[depth + 1] = random_between(way[depth] + 1, server_count);
            add(t, CALL, way[++depth]);
        } else if (depth > 0) {
            add(t, RETURN, 0);
            depth--;
        }
    }
    while (depth-- > 0)
        add(t, RETURN, 0);
    add(t, DONE, 0);
}

static unsigned priority_of(unsigned task)
{
    return plan.threads[task].priority;
}

// The highest priority of those who use the server, or another from inside which
// it is used: these wait for it, too.
static unsigned ceilings[SERVERS + 1];

static void ceilings_raise(unsigned task)
{
    const struct task *t = &tasks[task];
    unsigned highest[SERVERS + 1] = { priority_of(task) }, depth = 0;

    for (unsigned n = 0; n < t->count; n++) {
        unsigned server = t->steps[n].n;
        if (t->steps[n].deed == RETURN)
            depth--;
        if (t->steps[n].deed != CALL)
            continue;
        if (ceilings[server] < highest[depth])
            ceilings[server] = highest[depth];
        highest[++depth] = ceilings[server];
    }
}

// A server calls only later ones: as often as there are servers is enough.
static void ceilings_find(void)
{
    for (unsigned n = 0; n < server_count; n++)
        for (unsigned i = 0; i < task_count; i++)
            ceilings_raise(i);
}

// The longest section of the task, from the first call to its return, that
// matters to somebody of that priority.
static uint32_t longest_section(const struct task *t, unsigned priority)
{
    uint32_t longest = 0, here = 0;
    unsigned depth = 0, highest = 0;

    for (unsigned n = 0; n < t->count; n++) {
        const struct step *s = &t->steps[n];
        if (s->deed == CALL && depth++ == 0)
            here = highest = 0;
        if (s->deed == CALL && ceilings[s->n] > highest)
            highest = ceilings[s->n];
        if (s->deed == COMPUTE && depth > 0)
            here += s->n;
        if (s->deed == RETURN && --depth == 0 && highest >= priority &&
            here > longest)
            longest = here;
    }
    return longest;
}

static uint32_t bound_of(unsigned task)
{
    uint32_t bound = 0;

    for (unsigned i = 0; i < task_count; i++)
        if (priority_of(i) < priority_of(task))
            bound += longest_section(&tasks[i], priority_of(task));
    return bound;
}

static void set_plan(void)
{
    unsigned order = random_below(TASKS);

    task_count = random_between(3, TASKS);
    server_count = random_between(1, SERVERS);
    plan_begin();
    plan_process(POLICY_STOP, 0);
    for (unsigned i = 0; i < task_count; i++)
        plan_thread(1 + (i + order) % task_count);
    for (unsigned n = 1; n <= server_count; n++) {
        plan_process(POLICY_STOP, 0);
        plan_service(n, 1);
    }
    // Imports are numbered as the servers are; those before it are never called.
    for (unsigned p = 0; p <= server_count; p++)
        for (unsigned n = 1; n <= server_count; n++)
            plan_import(p, n - 1);
    for (unsigned i = 0; i < task_count; i++) {
        tasks[i].period = random_between(1000, 12000);
        steps_make(&tasks[i]);
    }
    ceilings_find();
    for (unsigned i = 0; i < task_count; i++)
        tasks[i].bound = bound_of(i);
}

// ---- Time

static void account(uint32_t us)
{
    for (unsigned i = 0; i < task_count; i++)
        if (tasks[i].is_active && running->base < threads[i].base)
            tasks[i].inverted += us;
}

static void jobs_begin(void)
{
    for (unsigned i = 0; i < task_count; i++)
        if (threads[i].state != CMRX_THREAD_WAITING && !tasks[i].is_active) {
            tasks[i].is_active = true;
            tasks[i].inverted = 0;
        }
}

// At most so long; returns how long.
static uint32_t pass(uint32_t us)
{
    uint32_t alarm = fake_alarm_in();

    if (us > alarm)
        us = alarm;
    account(us);
    fake_pass(us);
    if (fake_alarm_in() == 0) {
        REQUIRE(fake_alarm() == FAKE_RESUMED);
        user_goes_on();
        jobs_begin();
    }
    return us;
}

// ---- The run

static void job_end(struct task *t)
{
    REQUIRE(t->inverted <= t->bound);
    sum->jobs++;
    sum->inverted += t->inverted > 0;
    sum->near += t->inverted > t->bound / 2 && t->bound > 0;
    t->is_active = false;
    t->at = 0;
    user_wait(0, 0, user_now() + random_between(t->period / 2, t->period));
}

static void step_begin(struct task *t)
{
    const struct step *s = &t->steps[t->at++];

    switch (s->deed) {
    case COMPUTE:
        t->left = s->n;
        break;
    case CALL:
        user_call(s->n - 1, 0);
        break;
    case RETURN:
        user_return(0, 0);
        break;
    case DONE:
        job_end(t);
        break;
    }
}

static void set_run(uint64_t seed)
{
    random_seed(seed);
    set_plan();
    system_boot();
    jobs_begin();
    while (user_now() < US) {
        struct task *t = &tasks[user_running()];
        if (user_running() >= task_count)
            pass(US);
        else if (t->left > 0)
            t->left -= pass(t->left);
        else
            step_begin(t);
    }
}

static int run_apart(uint64_t seed)
{
    int status = 1;

    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        group_limit(10);
        set_run(seed);
        group_exit(0);
    }
    waitpid(pid, &status, 0);
    if (status != 0)
        fprintf(stderr, "FAILED: test_taskset %llu\n",
                (unsigned long long)seed);
    return status != 0;
}

int main(int count, char **arguments)
{
    int failed = 0;

    sum = mmap(NULL, sizeof *sum, PROT_READ | PROT_WRITE,
               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(sum != MAP_FAILED);
    if (count > 1)
        return run_apart(strtoull(arguments[1], NULL, 0));
    for (uint64_t seed = 0; seed < SETS; seed++)
        failed += run_apart(seed);
    printf("%u sets, %u jobs, %u inverted, %u by more than half their bound; "
           "%d failed\n",
           SETS, sum->jobs, sum->inverted, sum->near, failed);
    return failed + (sum->inverted < sum->jobs / 20 || sum->near < 100);
}
