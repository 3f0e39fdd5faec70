// tester.c - how long does somebody urgent wait for those who are less so?
//
// Random sets of tasks use mutexes and servers, these also through each other and
// with a mutex in hand. No job is in inversion for more units than its bound.

#include "report.h"
#include "taskset.h"

#include <cmrx/mutex.h>

#define SETS    40u // seeds 1 to that
#define SET_US  60000u
#define ENDED   20u // above all tasks
#define HANGING UINT32_MAX

CMRX_USE(struct section, first);
CMRX_USE(struct section, second);
CMRX_USE(struct section, third);

static CMRX_SHARED struct tasks tasks;
static struct cmrx_mutex mutexes[MUTEXES];
static uint64_t end;

static uint32_t jobs, inverted, near; // near: for more than half of its bound
static uint32_t excess; // units above a bound, the most in this set

// ---- A task

static void enter(uint32_t me, uint32_t resource)
{
    if (resource <= MUTEXES)
        cmrx_mutex_lock(&mutexes[resource - 1], CMRX_FOREVER);
    else if (resource == MUTEXES + 1)
        cmrx_call(NULL, first, visit, &tasks, me);
    else if (resource == MUTEXES + 2)
        cmrx_call(NULL, second, visit, &tasks, me);
    else
        cmrx_call(NULL, third, visit, &tasks, me);
}

static void job(struct task *t, uint32_t me)
{
    uint32_t held[MUTEXES + 1], holds = 0;

    for (t->at = 0; t->steps[t->at].deed != DONE;) {
        const struct step *s = &t->steps[t->at++];
        if (s->deed == WORK)
            work(&tasks, me, s->n);
        else if (s->deed == LEAVE)
            cmrx_mutex_unlock(&mutexes[held[--holds] - 1]);
        else
            enter(me, s->n);
        if (s->deed == ENTER && s->n <= MUTEXES)
            held[holds++] = s->n;
    }
}

static void judge(struct task *t, uint64_t next)
{
    uint32_t units = t->inverted;

    t->release = (uint32_t)next;
    t->inverted = 0;
    __atomic_fetch_add(&jobs, 1, __ATOMIC_RELAXED);
    if (units > 0)
        __atomic_fetch_add(&inverted, 1, __ATOMIC_RELAXED);
    if (units > t->bound / 2)
        __atomic_fetch_add(&near, 1, __ATOMIC_RELAXED);
    if (units > t->bound && units - t->bound > excess)
        excess = units - t->bound;
}

static void task(uint32_t me)
{
    struct task *t = &tasks.task[me];
    uint64_t due = end - SET_US + t->period / 2;

    t->release = (uint32_t)due;
    t->inverted = 0; // was counted on behind the end of the last set
    cmrx_thread_priority(t->priority);
    while (due < end) {
        cmrx_sleep_until(due);
        job(t, me);
        due = cmrx_time_now() + t->period / 2 + due % (t->period / 2);
        judge(t, due);
    }
}

#define TASK(number)                                                           \
    CMRX_THREAD(task_##number, .stack = 1024, .priority = ENDED - 1,           \
                .dormant = 1)                                                  \
    {                                                                          \
        task(number);                                                          \
    }

TASK(0)
TASK(1)
TASK(2)
TASK(3)
TASK(4)
TASK(5)
TASK(6)
TASK(7)

// ---- The sets

static void tell(const char *what, uint32_t number)
{
    report(what);
    report_number(number);
}

// What is wrong with it, 0 if nothing.
static uint32_t set_run(uint32_t seed)
{
    const uint32_t threads[TASKS] = {
        CMRX_THREAD_ID(task_0), CMRX_THREAD_ID(task_1), CMRX_THREAD_ID(task_2),
        CMRX_THREAD_ID(task_3), CMRX_THREAD_ID(task_4), CMRX_THREAD_ID(task_5),
        CMRX_THREAD_ID(task_6), CMRX_THREAD_ID(task_7),
    };
    uint32_t hanging = 0;

    tasks_make(&tasks, seed);
    excess = 0;
    end = cmrx_time_now() + SET_US;
    for (uint32_t i = 0; i < tasks.count; i++)
        cmrx_thread_start(threads[i], 0);
    for (uint32_t i = 0; i < tasks.count; i++)
        hanging +=
            cmrx_thread_join(threads[i], NULL, end + 2 * SET_US) != CMRX_OK;
    return hanging > 0 ? HANGING : excess;
}

CMRX_THREAD(main, .stack = CMRX_AUTO, .priority = ENDED)
{
    uint32_t failed = 0;

    for (uint32_t seed = 1; seed <= SETS; seed++) {
        uint32_t wrong = set_run(seed);
        failed += wrong > 0;
        if (wrong > 0) {
            tell("not ok seed ", seed);
            tell(wrong == HANGING ? " hangs" : " above the bound by ", wrong);
            report("\n");
        }
        if (wrong == HANGING)
            break;
    }
    tell("jobs ", jobs);
    tell(", in inversion ", inverted);
    tell(", for more than half of the bound ", near);
    tell("; sets with one above it ", failed);
    report("\n");
    // Sets in which nobody waits would show nothing.
    cmrx_system_halt(failed > 0 || inverted < jobs / 20 || near < 10);
}
