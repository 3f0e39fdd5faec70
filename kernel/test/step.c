// step.c - one entry into the kernel, and the same of the model.

#include "step.h"

#include "any.h"
#include "compare.h"
#include "group.h"
#include "internal.h"
#include "invariants.h"
#include "random.h"
#include "registers.h"

#include <stdio.h>
#include <string.h>

unsigned step;
bool is_traced;

void check(void)
{
    compare_all();
    invariants_check();
    if (!fake.is_pended)
        model_put_off_check();
    if (model.turn_alarm != MODEL_NEVER)
        invariants_alarm(model.turn_alarm);
}

void now_set(void)
{
    model.now = fake.ticks * plan.clock_us / plan.clock_ticks;
}

// ---- Into the kernel

// A wait or a call with a deadline is made in two steps, and so is a first call into
// a monitor that is taken; the model knows one.
static void rest_taken(uint32_t word)
{
    static const uint8_t steps[] = { CMRX_SYS_WAIT, CMRX_SYS_THREAD_JOIN,
                                     CMRX_SYS_CALL, CMRX_SYS_CALL_UNTIL };
    bool has_steps = memchr(steps, word & 0xff, sizeof steps) != NULL;

    REQUIRE(!has_steps || !fake.again || fake.came == 0);
    for (unsigned i = 0; i < 2 && has_steps && fake.again; i++) {
        fake.again = false;
        port_frame(&running->context)->pc += 2;
        REQUIRE(fake_syscall() == FAKE_RESUMED);
    }
}

// A return that takes several: after each others may come in between, and then it is
// made again. True: it is to be.
static bool return_stops(const struct model_registers *at)
{
    while (fake.again) {
        REQUIRE(fake.came == 0);
        model_return_step(at);
        at = &model_self()->now;
        if (random_in(2))
            return true;
        check();
        fake.again = false;
        port_frame(&running->context)->pc += 2;
        model_self()->now.pc += 2;
        REQUIRE(fake_syscall() == FAKE_RESUMED);
    }
    return false;
}

// A line that comes while the processor is in the kernel, at times.
void line_arm(void)
{
    unsigned line = random_below(FAKE_LINES);

    fake.is_blind = random_in(8) || PLAIN;
    model.sees = !fake.is_blind;
    fake.comes = random_in(3) && fake.open[line] ? (int)line + 1 : 0;
}

// If it was taken on the way out, it is as if it had come at once behind that.
void line_come(void)
{
    if (fake.came > 0) {
        if (is_traced)
            printf("%u: line %d on the way out\n", step, fake.came - 1);
        model.counts[LINE_TAKEN]++;
        model_irq((unsigned)fake.came - 1);
    }
}

// Into the kernel. A line may wait: true if the kernel has asked, and so has done
// nothing.
bool gives_way(enum fake_end (*enter)(void))
{
    fake.again = false;
    fake.line_waits = random_in(4);
    fake.comes_after = fake.asks + random_below(3);
    fake.said_so = false;
    line_arm();
    REQUIRE(enter() == FAKE_RESUMED);
    fake.line_waits = false;
    return fake.said_so;
}

// Its steps are system calls of their own, and others may run between.
static bool is_for_owner(const struct model_registers *at)
{
    return at->r[0] != 0 && (at->word & (0xffu | CMRX_WAIT_OWNER)) ==
                                (CMRX_SYS_WAIT | CMRX_WAIT_OWNER);
}

void trap_with(const struct model_registers *at)
{
    unsigned thread = model.running, process = inside();
    bool was_unread = model.record.unread;

    if (is_traced)
        printf("%u: thread %u in %u: %u/%x (%x %x %x %x) sp %x\n", step, thread,
               process, at->word & 0xff, at->word >> 8, at->r[0], at->r[1],
               at->r[2], at->r[3], at->sp);
    compare_left(thread, model.left);
    if (!model_self()->repeats)
        registers_scribble(at);
    registers_load(at);
    bool gave_way = gives_way(fake_syscall);
    if (gave_way || (is_for_owner(at) && fake.again)) {
        REQUIRE(fake.again);
        model.stays = fake.came > 0 && is_for_owner(at);
        model_gives_way(at);
        line_come();
        check();
        return;
    }
    if ((at->word & 0xff) == CMRX_SYS_RETURN && model.left[0] == 0 &&
        return_stops(at)) {
        check();
        return;
    }
    rest_taken(at->word);
    model.begins_late = fake.waited;
    model.stays = fake.came > 0;
    model_syscall(at);
    if (was_unread && !model.record.unread)
        compare_record(process, at->r[0]);
    line_come();
    check();
}

void trap(uint32_t word, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    struct model_registers at = { .r = { a, b, c, d }, .word = word };

    registers_fill(&at);
    trap_with(&at);
}

// Told late: it is for something that another thread has done.
void late_fault(void)
{
    const struct model_registers at = model_self()->now;

    line_arm();
    REQUIRE(fake_fault(CMRX_FAULT_BUS, 0, 0) == FAKE_RESUMED);
    model.stays = fake.came > 0;
    model_fault(&at, CMRX_FAULT_BUS);
    line_come();
    check();
}

// What the processor does where pc points to the trap again.
void trap_again(void)
{
    struct model_registers at = model_self()->now;

    at.pc += 2;
    trap_with(&at);
}
