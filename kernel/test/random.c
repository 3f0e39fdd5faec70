// random.c - numbers that look random, and systems made of them.

#include "random.h"

#include "system.h"

static uint64_t state;

// SplitMix64: any seed is good, also 0 and its neighbours.
static uint64_t next(void)
{
    uint64_t z = state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void random_seed(uint64_t seed)
{
    state = seed;
}

uint32_t random_word(void)
{
    return (uint32_t)(next() >> 16);
}

uint32_t random_below(uint32_t n)
{
    return random_word() % n;
}

uint32_t random_between(uint32_t a, uint32_t b)
{
    return a + random_below(b - a + 1);
}

bool random_in(uint32_t n)
{
    return random_below(n) == 0;
}

// ---- A plan

static void threads_plan(void)
{
    static const unsigned stacks[] = { 256, 512, 1024, 1536 };
    static const unsigned granules[] = { 32, 64, 128 };

    for (unsigned n = random_between(1, 3); n > 0; n--) {
        struct plan_thread *t =
            &plan.threads[plan_thread(random_between(1, 5))];
        t->depth = random_between(1, 6);
        t->stack = stacks[random_below(4)];
        t->granule = granules[random_below(3)];
        t->dormant = random_in(5);
        t->monitor = random_in(4);
        t->recovers = n == 1 && !random_in(3);
        t->dormant |= t->recovers;
        t->monitor |= t->recovers;
    }
}

static void process_plan(unsigned n)
{
    static const enum policy policies[] = { POLICY_RESTART, POLICY_RESTART,
                                            POLICY_SUPERVISE, POLICY_STOP };
    unsigned rights = (random_in(3) ? RIGHT_CONTROL : 0u) |
                      (random_in(2) ? RIGHT_INSPECT : 0u);

    // The first is the supervisor: without it little would happen after a while.
    if (n == 0)
        rights = RIGHT_CONTROL | RIGHT_INSPECT;
    plan_process(n == 0 ? POLICY_RESTART : policies[random_below(4)], rights);
    plan.processes[n].quiesced = random_in(2);
    threads_plan();
    plan_interrupt(2 * n, 32, 1u << n);
    if (random_in(2))
        plan_interrupt(2 * n + 1, 33, 0x100u << n);
    plan_event(n, 32);
    plan_event(n, 34);
}

static uint32_t any_grace(void)
{
    return random_in(6) ? 0 : 1 + random_below(2000);
}

// Most systems call in no circle, as the build has it: processes that come later.
static void imports_plan(unsigned process, bool in_circles)
{
    for (unsigned i = random_between(1, 6); i > 0; i--) {
        unsigned s = random_below(plan.service_count);
        if (in_circles || plan.services[s].process > process)
            plan_import(process, s);
    }
}

static void links_plan(void)
{
    bool in_circles = random_in(4);

    for (unsigned n = 0; n < plan.process_count; n++)
        for (unsigned i = random_between(1, 2); i > 0; i--) {
            unsigned s = plan_service(n, random_between(1, SYSTEM_METHODS));
            plan.services[s].need = random_below(random_in(4) ? 800 : 100);
            plan.services[s].reentrant = random_in(3);
            plan.services[s].grace = any_grace();
        }
    for (unsigned n = 0; n < plan.process_count; n++) {
        imports_plan(n, in_circles);
        for (unsigned i = random_below(SYSTEM_POSTS); i > 0; i--)
            plan_post(n, random_below(plan.event_count));
    }
}

static void clock_plan(void)
{
    static const uint32_t clocks[][2] = {
        { 1, 1 }, { 25, 2 }, { 12, 1 }, { 3, 7 }, { 2, 125 }
    };
    unsigned clock = random_below(5);

    plan.clock_ticks = clocks[clock][0];
    plan.clock_us = clocks[clock][1];
}

void random_plan(void)
{
    plan_begin();
    for (unsigned n = random_between(2, 5), i = 0; i < n; i++)
        process_plan(i);
    links_plan();
    plan.supervisor = 0;
    clock_plan();
}

// ---- A plan of many threads, of few priorities, in each other's way

static void crowd_process(unsigned n, unsigned priorities)
{
    plan_process(POLICY_RESTART, RIGHT_INSPECT | (n == 0 ? RIGHT_CONTROL : 0u));
    for (unsigned i = n == 0 ? random_between(4, 12) : random_between(1, 2);
         i > 0; i--) {
        struct plan_thread *t =
            &plan.threads[plan_thread(random_between(1, priorities))];
        t->stack = 1536;
        t->monitor = random_in(4);
    }
    plan_interrupt(n, 32, 1u << n);
    plan_event(n, 32);
}

// Each calls all that come later, and most let one in at a time. The last are
// where one waits, and keeps what it has on its way.
void random_crowd(void)
{
    unsigned count = random_between(3, 6), priorities = random_between(2, 5);

    plan_begin();
    for (unsigned n = 0; n < count; n++)
        crowd_process(n, priorities);
    for (unsigned n = 1; n < count; n++) {
        plan.services[plan_service(n, 1)].reentrant =
            n + 1 == count && random_in(2);
        plan.services[plan_service(n, 1)].reentrant =
            n + 1 == count || random_in(3);
    }
    for (unsigned s = 0; s < plan.service_count; s++) {
        plan.services[s].need = random_in(3) ? random_below(600) : 64;
        plan.services[s].grace = any_grace();
    }
    for (unsigned n = 0; n < count; n++) {
        for (unsigned s = 2 * n;
             s < plan.service_count && s < 2 * n + SYSTEM_IMPORTS; s++)
            plan_import(n, s);
        plan_post(n, random_below(count));
    }
    plan.supervisor = 0;
    clock_plan();
}

// ---- A plan of few threads that call far, with much on their stacks, and the first
// process, which is woken by line 0, ends one after the other

static void mortal_process(unsigned n)
{
    unsigned service = plan_service(n, 1);

    plan_process(POLICY_RESTART, 0);
    for (unsigned i = n == 1 ? random_between(2, 4) : 1; i > 0; i--) {
        struct plan_thread *t =
            &plan.threads[plan_thread(random_between(1, 4))];
        t->stack = 1984;
        t->dormant = n > 1;
    }
    plan_event(n, 32);
    plan.services[service].need = random_below(random_in(3) ? 100 : 400);
    plan.services[service].reentrant = random_in(2);
    plan.services[service].grace = 1 + random_below(1000);
}

void random_mortal(void)
{
    unsigned count = random_between(4, 7);

    plan_begin();
    plan_process(POLICY_RESTART, RIGHT_CONTROL);
    plan_thread(5);
    plan_interrupt(0, 32, 1);
    plan_event(0, 32);
    for (unsigned n = 1; n < count; n++)
        mortal_process(n);
    for (unsigned n = 1; n + 1 < count; n++)
        for (unsigned s = n; s + 1 < count; s++)
            plan_import(n, s);
    plan.supervisor = 0;
    clock_plan();
}
