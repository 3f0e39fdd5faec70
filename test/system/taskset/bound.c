// bound.c - random tasks, and the most units for which each may be in inversion.
//
// Each task below may do that to it once, for the longest of its critical sections
// that matters to anybody as urgent. As in kernel/test/test_taskset.c, which does
// it on the host.

#include "taskset.h"

static uint32_t seeded;

// xorshift32 (Marsaglia).
static uint32_t random_word(void)
{
    seeded ^= seeded << 13;
    seeded ^= seeded >> 17;
    seeded ^= seeded << 5;
    return seeded;
}

uint32_t random_between(uint32_t a, uint32_t b)
{
    return a + (random_word() >> 8) % (b - a + 1);
}

// ---- What they do

static void add(struct task *t, enum deed deed, uint32_t n)
{
    t->steps[t->count++] = (struct step){ (uint8_t)deed, (uint8_t)n };
}

// From inside of a server only the next one is called; mutexes are taken in their
// order, and before. 0: nothing can be entered any more.
static uint32_t choose(uint32_t inside)
{
    if (inside == RESOURCES)
        return 0;
    return inside > MUTEXES ? inside + 1
                            : random_between(inside + 1, RESOURCES);
}

static void steps_make(struct task *t)
{
    uint32_t inside[RESOURCES + 1] = { 0 }, depth = 0;

    t->count = 0;
    while (t->count < STEPS - RESOURCES - 3) {
        add(t, WORK, random_between(1, depth > 0 ? 20 : 3));
        uint32_t next = choose(inside[depth]);
        if (next != 0 && random_between(0, 1) == 0) {
            inside[++depth] = next;
            add(t, ENTER, next);
        } else if (depth > 0) {
            add(t, LEAVE, 0);
            depth--;
        }
    }
    while (depth-- > 0)
        add(t, LEAVE, 0);
    add(t, DONE, 0);
}

// ---- For how long others may wait

// The highest priority of those who use the resource, or another from inside of
// which it is used: these wait for it, too.
static uint32_t ceilings[RESOURCES + 1];

static void ceilings_raise(const struct task *t)
{
    uint32_t highest[RESOURCES + 1] = { t->priority }, depth = 0;

    for (uint32_t n = 0; n < t->count; n++) {
        uint32_t resource = t->steps[n].n;
        if (t->steps[n].deed == LEAVE)
            depth--;
        if (t->steps[n].deed != ENTER)
            continue;
        if (ceilings[resource] < highest[depth])
            ceilings[resource] = highest[depth];
        highest[++depth] = ceilings[resource];
    }
}

// Only later ones are used from inside: as often as there are some is enough.
static void ceilings_find(const struct tasks *tasks)
{
    for (uint32_t n = 0; n <= RESOURCES; n++)
        ceilings[n] = 0;
    for (uint32_t n = 0; n < RESOURCES; n++)
        for (uint32_t i = 0; i < tasks->count; i++)
            ceilings_raise(&tasks->task[i]);
}

// Of the task's sections, from the first ENTER to its LEAVE, the longest that
// matters to somebody of that priority.
static uint32_t longest_section(const struct task *t, uint32_t priority)
{
    uint32_t longest = 0, here = 0, depth = 0, highest = 0;

    for (uint32_t n = 0; n < t->count; n++) {
        const struct step *s = &t->steps[n];
        if (s->deed == ENTER && depth++ == 0)
            here = highest = 0;
        if (s->deed == ENTER && ceilings[s->n] > highest)
            highest = ceilings[s->n];
        if (s->deed == WORK && depth > 0)
            here += s->n;
        if (s->deed == LEAVE && --depth == 0 && highest >= priority &&
            here > longest)
            longest = here;
    }
    return longest;
}

static uint32_t bound_of(const struct tasks *tasks, uint32_t priority)
{
    uint32_t bound = 0;

    for (uint32_t i = 0; i < tasks->count; i++)
        if (tasks->task[i].priority < priority)
            bound += longest_section(&tasks->task[i], priority);
    return bound;
}

void tasks_make(struct tasks *tasks, uint32_t seed)
{
    seeded = seed * 2654435761u | 1;
    tasks->count = random_between(3, TASKS);
    uint32_t order = random_between(0, TASKS);

    for (uint32_t i = 0; i < tasks->count; i++) {
        struct task *t = &tasks->task[i];
        t->priority = (uint8_t)(1 + (i + order) % tasks->count);
        t->period = random_between(2000, 12000);
        steps_make(t);
    }
    ceilings_find(tasks);
    for (uint32_t i = 0; i < tasks->count; i++)
        tasks->task[i].bound = bound_of(tasks, tasks->task[i].priority);
}
