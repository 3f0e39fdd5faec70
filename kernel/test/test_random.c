// test_random.c - long random runs: the kernel against the model.
//
//     test_random                   what ctest runs
//     test_random SEED STEPS        that run again
//     test_random SEED STEPS trace  and say what is done
//
// Every run is a system of its own, made from the seed. After each entry into
// the kernel all that can be seen is compared, and the invariants are checked.

#include "any.h"
#include "compare.h"
#include "group.h"
#include "internal.h"
#include "invariants.h"
#include "many.h"
#include "model.h"
#include "random.h"
#include "registers.h"
#include "step.h"

#include <stdio.h>
#include <string.h>

// ---- What user code does

static void do_call(void)
{
    uint32_t import = any_import();
    uint32_t method = random_below(random_in(10) ? 0x10000 : 3);

    trap(CMRX_SYS_CALL | import << 8 | method << 16, random_word(),
         random_word(), random_word(), random_word());
}

static void do_call_until(void)
{
    struct model_registers at = { .word = CMRX_SYS_CALL_UNTIL };
    uint64_t deadline = any_deadline();

    registers_fill(&at);
    for (unsigned i = 0; i < 4; i++)
        at.r[i] = random_word();
    at.word |= any_import() << 8 | random_below(3) << 16;
    at.kept[1] = (uint32_t)deadline;
    at.kept[2] = (uint32_t)(deadline >> 32);
    trap_with(&at);
}

static void do_return(void)
{
    struct model_registers at = { .word = CMRX_SYS_RETURN };

    registers_fill(&at);
    registers_return(&at);
    if (model_self()->depth > 0 || at.word != CMRX_SYS_RETURN || random_in(20))
        trap_with(&at);
}

static void do_wait(void)
{
    uint64_t deadline = any_deadline();
    uint32_t address = random_in(is_crowd ? 12 : 6) ? 0 : any_word();
    uint32_t value = random_below(4);
    uint32_t base = system_word(inside(), 0);

    if (address % 4 == 0 && address - base < SYSTEM_MEMORY && !random_in(4))
        value = *system_at(address);
    trap(CMRX_SYS_WAIT | (random_in(10) ? CMRX_WAIT_OWNER : 0), address, value,
         (uint32_t)deadline, (uint32_t)(deadline >> 32));
}

static void store(unsigned n, uint32_t value)
{
    *system_at(system_word(inside(), n)) = value;
    model.processes[inside()].memory[n] = value;
}

// As lib/mutex.c does. Who has one takes only those that come later, mostly.
static void do_lock(void)
{
    unsigned n = MUTEX_BEGIN + random_below(is_crowd ? 2 : 3);
    uint32_t address = system_word(inside(), n), word = *system_at(address);
    uint64_t deadline = any_deadline();

    if (mine_from(n) != MUTEX_END && !random_in(50))
        return;
    if (word <= 1) {
        store(n, some_stack() | word);
        return;
    }
    if (random_in(6)) // or it says that somebody else has it
        store(n, word = system_stack(random_below(plan.thread_count)) + 100);
    trap(CMRX_SYS_WAIT | CMRX_WAIT_OWNER, address, word, (uint32_t)deadline,
         (uint32_t)(deadline >> 32));
}

static void do_unlock(void)
{
    unsigned n = mine_from(MUTEX_BEGIN);

    if (n == MUTEX_END)
        return;
    uint32_t word = *system_at(system_word(inside(), n));
    store(n, 0);
    if ((word & 1) != 0 && !random_in(6)) // or it forgets to
        trap(CMRX_SYS_WAKE, system_word(inside(), n), 1, 0, 0);
}

static void do_wake(void)
{
    trap(CMRX_SYS_WAKE | any_woken(), any_word(),
         random_in(3) ? UINT32_MAX : random_below(4), any_ticket(), 0);
}

static void do_store(void)
{
    uint32_t n = 32 + random_below(4), value = random_below(4);

    store(n, value);
}

static void do_post(void)
{
    trap(CMRX_SYS_POST | any_woken(),
         any_number(plan.processes[inside()].post_count), random_below(4),
         any_ticket(), 0);
}

static void do_done(void)
{
    trap(CMRX_SYS_INTERRUPT_DONE, any_number(2), 0, 0, 0);
}

static void do_simple(void)
{
    static const uint32_t words[] = { CMRX_SYS_TIME,   CMRX_SYS_YIELD,
                                      CMRX_SYS_YIELD,  CMRX_SYS_STACK_GRANULE,
                                      CMRX_SYS_CALLER, CMRX_SYS_SYSTEM_END };

    trap(random_in(50) ? random_between(20, 255) : words[random_below(6)],
         random_below(3), random_word(), 0, 0);
}

static void do_start(void)
{
    trap(CMRX_SYS_THREAD_START, any_number(3), random_word(), 0, 0);
}

static void do_exit(void)
{
    if (model_self()->depth == 0 || random_in(20))
        trap(CMRX_SYS_THREAD_EXIT, random_word(), 0, 0, 0);
}

static void do_join(void)
{
    uint64_t deadline = any_deadline();

    trap(CMRX_SYS_THREAD_JOIN, any_number(3), 0, (uint32_t)deadline,
         (uint32_t)(deadline >> 32));
}

static void do_priority(void)
{
    trap(CMRX_SYS_THREAD_PRIORITY, any_number(6), 0, 0, 0);
}

static void do_caller_may(void)
{
    trap(CMRX_SYS_CALLER_MAY, any_place(),
         random_in(8) ? random_word() : random_below(140), random_below(2), 0);
}

static void do_control(void)
{
    bool is_start = !random_in(4);

    if (plan.processes[inside()].rights & RIGHT_CONTROL && !random_in(3))
        return;
    trap(CMRX_SYS_PROCESS_CONTROL, any_number(plan.process_count),
         random_in(30) ? random_word() : is_start, 0, 0);
}

static void do_status(void)
{
    if (random_in(2))
        trap(CMRX_SYS_PROCESS_STATUS, any_number(plan.process_count), 0, 0, 0);
    else
        trap(CMRX_SYS_THREAD_STATUS, any_number(plan.thread_count), 0, 0, 0);
}

static void do_fault_read(void)
{
    uint32_t last = SYSTEM_WORDS - sizeof(struct cmrx_fault) / 4;

    trap(CMRX_SYS_FAULT_READ,
         random_in(4) ? any_word()
                      : system_word(inside(), random_between(64, last + 2)),
         0, 0, 0);
}

static void fault_with(const struct model_registers *at)
{
    enum cmrx_fault_kind kind =
        random_in(2) ? CMRX_FAULT_DIVIDE : CMRX_FAULT_INSTRUCTION;

    if (is_traced)
        printf("%u: thread %u in %u: fault\n", step, model.running, inside());
    line_arm();
    REQUIRE(fake_fault(kind, random_below(4), random_word()) == FAKE_RESUMED);
    model.stays = fake.came > 0;
    model_fault(at, kind);
    line_come();
    check();
}

static void do_fault(void)
{
    struct model_registers at = { .word = random_word() };

    registers_fill(&at);
    registers_load(&at);
    fault_with(&at);
}

// The processor tells it late: the thread has not gone on meanwhile.
static void do_late_fault(void)
{
    const struct model_registers at = model_self()->now;

    model.counts[FAULT_BEFORE_ALARM] += !is_idle();
    if (!is_idle())
        fault_with(&at);
}

// ---- What happens to it

static bool is_on_its_way_back(void)
{
    const struct model_thread *t = model_self();

    return t->repeats && (t->now.word & 0xff) == CMRX_SYS_RETURN;
}

static void do_irq(void)
{
    unsigned line = is_mortal ? 0 : random_below(FAKE_LINES);

    if (is_traced)
        printf("%u: irq %u\n", step, line);
    line_arm();
    do {
        fake.again = false;
        REQUIRE(fake_irq(line) == FAKE_RESUMED);
        invariants_check();
    } while (fake.again);
    model.stays = fake.came > 0;
    model_irq(line);
    line_come();
    model_between_count();
    check();
}

static int alarm_timer;
static unsigned alarm_done;

static void alarm_prepare(void)
{
    if (is_traced)
        printf("%u: alarm at %llu\n", step, (unsigned long long)model.now);
    alarm_timer = compare_timer();
    model.owing = compare_owed();
    compare_left((unsigned)alarm_timer, model.left);
}

// Something is done, and more is due. Nobody is chosen yet.
static bool alarm_goes_on(void)
{
    if (fake.said_so || random_in(2))
        return false;
    model.counts[ALARM_GOES_ON]++;
    alarm_done++;
    model.stays = true;
    model_alarm(alarm_timer);
    compare_all();
    alarm_prepare();
    return true;
}

static void alarm_come(void)
{
    now_set();
    alarm_prepare();
    alarm_done = 0;
    fake.goes_on = alarm_goes_on;
    bool gave_way = gives_way(fake_alarm);
    model.stays = fake.came > 0 && (!gave_way || alarm_done > 0);
    if (!gave_way)
        model_alarm(alarm_timer);
    else if (alarm_done > 0)
        model_leave_kernel();
    REQUIRE(!gave_way || fake.is_pended);
    model.counts[ALARM_GAVE_WAY] += gave_way;
    line_come();
    check();
}

static void pass(uint64_t ticks)
{
    while (ticks > 0) {
        uint32_t late = random_in(4) ? random_below(100) : 0;
        uint64_t next = (uint64_t)fake_alarm_in() + late;
        uint32_t now = (uint32_t)(next < ticks ? next : ticks);
        fake_pass(now);
        ticks -= now;
        if (fake_alarm_in() == 0)
            alarm_come();
    }
    now_set();
}

static void do_time(void)
{
    static const uint32_t most[] = { 100, 1000, 6000, 6000, 20000, 1500000 };
    uint64_t us = random_below(most[random_below(6)]);
    uint64_t next = model_deadline();

    // Nobody has anything to do, or who has is on its way back: on to what is next.
    if ((is_idle() || is_on_its_way_back() || (is_mortal && random_in(2))) &&
        next > model.now && next - model.now < 2000000)
        us = next - model.now + random_below(3);
    pass(us * plan.clock_ticks / plan.clock_us);
}

static void do_end(void)
{
    if (random_in(2))
        trap(CMRX_SYS_PROCESS_CONTROL, 1 + random_below(plan.process_count - 2),
             !random_in(9), 0, 0);
    else if (random_in(3))
        trap(CMRX_SYS_INTERRUPT_DONE, 0, 0, 0, 0);
    else
        trap(CMRX_SYS_WAIT, own_word(), *system_at(own_word()), UINT32_MAX,
             UINT32_MAX);
}

// Where a thread is to make its system call once more. While it is on its way back
// more often something else happens first.
static void repeat(void)
{
    if (is_on_its_way_back() && random_in(20))
        late_fault();
    else if (is_on_its_way_back() && random_in(2))
        (random_in(2) ? do_irq : do_time)();
    else
        trap_again();
}

// ---- The run

struct deed {
    void (*act)(void);
    unsigned weight;
};

static const struct deed of_user[] = {
    { do_call, 14 },    { do_call_until, 12 }, { do_return, 16 },
    { do_wait, 14 },    { do_wake, 6 },        { do_store, 5 },
    { do_post, 6 },     { do_done, 2 },        { do_simple, 6 },
    { do_start, 4 },    { do_exit, 2 },        { do_join, 4 },
    { do_priority, 3 }, { do_caller_may, 4 },  { do_control, 3 },
    { do_status, 2 },   { do_fault_read, 1 },  { do_fault, 2 },
    { do_lock, 12 },    { do_unlock, 5 },
};

static const struct deed of_crowd[] = {
    { do_call, 25 },  { do_call_until, 15 }, { do_return, 6 },
    { do_wait, 20 },  { do_wake, 4 },        { do_store, 1 },
    { do_post, 3 },   { do_done, 2 },        { do_simple, 4 },
    { do_start, 3 },  { do_join, 1 },        { do_priority, 3 },
    { do_status, 1 }, { do_fault, 1 },       { do_lock, 16 },
    { do_unlock, 5 }, { do_exit, 1 },
};

// The first process ends the others, and sleeps.
static const struct deed of_mortal[] = {
    { do_call, 20 }, { do_call_until, 20 }, { do_return, 6 }, { do_wait, 2 },
    { do_lock, 4 },  { do_unlock, 1 },      { do_fault, 1 },
};

static const struct deed of_world[] = { { do_irq, 1 }, { do_time, 2 } };

static void one_of(const struct deed *deeds, unsigned count)
{
    unsigned all = 0, i = 0;

    for (unsigned n = 0; n < count; n++)
        all += deeds[n].weight;
    for (unsigned at = random_below(all); at >= deeds[i].weight; i++)
        at -= deeds[i].weight;
    deeds[i].act();
}

// Everybody waits for what nobody will do.
static bool is_stuck(void)
{
    static unsigned idled;

    idled =
        is_idle() && model_deadline() > model.now + 10000000 ? idled + 1 : 0;
    return idled > 30;
}

// As if a line between two alarms had begun one more chain there.
static void mark_more(void)
{
    unsigned thread = random_below(plan.thread_count);

    if (threads[thread].state == CMRX_THREAD_DORMANT)
        return;
    owe_loan(&threads[thread], threads[thread].priority);
    model.threads[thread].stale = true;
}

static void do_step(void)
{
    if (clock.owed.stale > 0 && random_in(3))
        mark_more();
    if (!fake.is_pended)
        pass(random_below(is_crowd ? 60 * plan.clock_ticks / plan.clock_us + 1
                                   : 4));
    if (fake.is_pended) // nothing but lines, and faults that are told late, before
        (random_in(4) ? do_irq : random_in(30) ? do_late_fault : alarm_come)();
    else if (is_idle() || random_in(8))
        one_of(of_world, 2);
    else if (model_self()->repeats)
        repeat();
    else if (is_mortal && inside() == 0)
        do_end();
    else if (is_mortal)
        one_of(of_mortal, sizeof of_mortal / sizeof of_mortal[0]);
    else if (is_crowd)
        one_of(of_crowd, sizeof of_crowd / sizeof of_crowd[0]);
    else
        one_of(of_user, sizeof of_user / sizeof of_user[0]);
}

// Returns after how many steps it ended.
static unsigned run(uint64_t seed, unsigned steps)
{
    random_seed(seed);
    is_crowd = !random_in(3);
    is_mortal = random_below(5) < 2;
    (is_mortal ? random_mortal : is_crowd ? random_crowd : random_plan)();
    system_build();
    REQUIRE(fake_boot() == FAKE_RESUMED);
    fake.pends = random_in(2);
    model_boot();
    model.pends = fake.pends;
    model.puts_off = fake.pends && !PLAIN;
    check();
    for (step = 0; step < steps && !is_stuck() && !model_is_deadlocked();
         step++)
        do_step();
    return step;
}

int main(int count, char **arguments)
{
    is_traced = count > 3;
    return many_main(count, arguments, run);
}
