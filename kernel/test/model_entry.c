// model_entry.c - the ways into the kernel: an alarm, a line, a trap, a fault.

#include "model.h"

#include "group.h"

#include <string.h>

#define TURN 5000u

// ---- Time

static uint64_t process_timer_of(const struct model_process *p)
{
    return p->restart < p->sound ? p->restart : p->sound;
}

static uint64_t wait_deadline_of(unsigned thread)
{
    return model.threads[thread].state == CMRX_THREAD_WAITING
               ? model.threads[thread].deadline
               : MODEL_NEVER;
}

uint64_t model_timer(unsigned timer)
{
    if (timer >= plan.thread_count)
        return process_timer_of(&model.processes[timer - plan.thread_count]);
    uint64_t call = model_call_deadline(timer);
    uint64_t wait = wait_deadline_of(timer);
    return call < wait ? call : wait;
}

uint64_t model_deadline(void)
{
    uint64_t first = MODEL_NEVER;

    for (unsigned i = 0; i < plan.thread_count + plan.process_count; i++)
        if (model_timer(i) < first)
            first = model_timer(i);
    return first;
}

static void turn_check(void)
{
    bool was_shared = model.turn_of >= 0;

    if (model.now < model.turn_alarm)
        return;
    if (model.turn_of >= 0 && model.turn_is_half)
        model_rotate((unsigned)model.turn_of);
    model.turn_is_half = model.turn_alarm > 0;
    model.turn_alarm = was_shared ? model.now + TURN / 2 : MODEL_NEVER;
}

static void process_expire(unsigned process)
{
    struct model_process *p = &model.processes[process];

    if (p->restart <= model.now) {
        model_process_start(process);
    } else {
        p->failures = 0;
        p->sound = MODEL_NEVER;
    }
}

static void expire(unsigned timer)
{
    REQUIRE(model_is_due(timer, model.now));
    if (timer >= plan.thread_count)
        process_expire(timer - plan.thread_count);
    else if (model_is_overdue(timer))
        model_overdue(timer);
    else
        model_wait_late(timer, CMRX_TIMEOUT);
}

void model_alarm(int timer)
{
    model.scrub_count = 0;
    if (model_owes_process())
        model_settle();
    else if (timer >= 0)
        expire((unsigned)timer);
    else if (timer == MODEL_LOOK)
        model_look();
    else if (timer == MODEL_TURN)
        turn_check();
    model_leave_kernel();
}

// ---- The other entries

// It comes again for each more that it wakes.
static void irq_post(const struct plan_interrupt *irq)
{
    struct model_process *p = &model.processes[irq->process];
    uint32_t word = system_word(irq->process, irq->word);

    if (!model_is_alive(irq->process))
        return;
    p->memory[irq->word] |= irq->bits;
    while (model_wake(irq->process, word, MODEL_NEVER) >= 0)
        if (!model.sees)
            model_leave_kernel();
}

void model_irq(unsigned line)
{
    model.scrub_count = 0;
    model.open[line] = false;
    for (unsigned i = 0; i < plan.interrupt_count; i++) {
        const struct plan_interrupt *irq = &plan.interrupts[i];
        if (irq->line == line)
            irq_post(irq);
    }
    model_leave_kernel();
}

static bool stack_is_sound(uint32_t sp)
{
    uint32_t low = system_stack(model.running);

    return sp % 8 == 0 && sp >= low &&
           (uint64_t)sp + PORT_FRAME_BYTES <= model_self()->top;
}

void model_syscall(const struct model_registers *at)
{
    model.scrub_count = 0;
    model_self()->now = *at;
    model_self()->repeats = false;
    if (stack_is_sound(at->sp))
        model_handle(model.running);
    else
        model_raise(model.running, CMRX_FAULT_POINTER);
    model_leave_kernel();
}

void model_gives_way(const struct model_registers *at)
{
    struct model_thread *t = model_self();
    uint32_t number = at->word & 0xff;

    model.scrub_count = 0;
    model.counts[GAVE_WAY]++;
    t->now = *at;
    if (number == CMRX_SYS_WAKE || number == CMRX_SYS_POST) {
        model_wake_begin(model.running);
        return;
    }
    if (number == CMRX_SYS_CALL || number == CMRX_SYS_CALL_UNTIL)
        model_door_open(model.running);
    if (number == CMRX_SYS_WAIT)
        model_wait_gives_way(model.running);
    t->now.pc -= 2;
    t->repeats = true;
    if (number == CMRX_SYS_WAIT && (at->word & CMRX_WAIT_OWNER) != 0 &&
        at->r[0] != 0)
        model_leave_kernel();
}

void model_fault(const struct model_registers *at, enum cmrx_fault_kind kind)
{
    model.scrub_count = 0;
    model_self()->now = *at;
    model_raise(model.running, kind);
    model_leave_kernel();
}

void model_boot(void)
{
    memset(&model, 0, sizeof model);
    model.turn_of = -1;
    model.owing = model.owing_in = model.owes_end = -1;
    model.turn_alarm = MODEL_NEVER;
    for (unsigned i = 0; i < plan.thread_count; i++) {
        model.threads[i].joins = -1;
        model.threads[i].lends = model.threads[i].leaving = -1;
        model.threads[i].deadline = MODEL_NEVER;
        model.threads[i].inside = plan.threads[i].home;
    }
    for (unsigned i = 0; i < plan.process_count; i++) {
        model.processes[i].owner = -1;
        model.processes[i].restart = model.processes[i].sound = MODEL_NEVER;
        model_process_start(i);
    }
    model_leave_kernel();
}
