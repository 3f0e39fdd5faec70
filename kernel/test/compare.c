// compare.c - the kernel's objects against the model's.

#include "compare.h"

#include "group.h"
#include "internal.h"
#include "invariants.h"
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void same(const char *what, unsigned n, uint64_t kernel, uint64_t is)
{
    if (kernel == is)
        return;
    fprintf(stderr, "%s of %u: kernel 0x%llx, model 0x%llx\n", what, n,
            (unsigned long long)kernel, (unsigned long long)is);
    abort();
}

static int index_or_none(const struct thread *t)
{
    return t == NULL ? -1 : (int)thread_index(t);
}

// ---- Threads

static void compare_registers(unsigned n)
{
    const struct port_context *c = &threads[n].context;
    const struct model_registers *is = &model.threads[n].now;

    same("stack pointer", n, c->sp, is->sp);
    const struct port_frame *frame = port_frame(c);
    for (unsigned i = 0; i < 4; i++)
        same("r0-r3", n, frame->r[i], is->r[i]);
    same("pc", n, frame->pc, is->pc);
    same("lr", n, frame->lr, is->lr);
    same("psr", n, frame->psr, is->psr);
    same("word", n, frame->word, is->word);
    for (unsigned i = 0; i < FAKE_KEPT; i++)
        same("kept registers", n, c->kept[i], is->kept[i]);
}

static void compare_levels(unsigned n)
{
    const struct model_thread *is = &model.threads[n];
    const struct call *calls = threads[n].image->calls;

    for (unsigned i = 0; i < is->depth; i++) {
        same("caller", n, process_index(calls[i].caller), is->levels[i].caller);
        same("sp of the caller", n, call_sp(&calls[i]), is->levels[i].at.sp);
        same("hurried", n, call_is_hurried(&calls[i]), is->levels[i].hurried);
    }
}

static uint64_t thread_deadline(const struct thread *t)
{
    uint64_t wait = wait_deadline(t), call = call_due(t);

    return wait < call ? wait : call;
}

static void compare_thread(unsigned n)
{
    const struct thread *t = &threads[n];
    const struct model_thread *is = &model.threads[n];

    same("state", n, t->state, is->state);
    same("generation of thread", n, t->generation, is->generation);
    if (is->state == CMRX_THREAD_DORMANT) {
        same("result", n, t->exit_result, is->result);
        return;
    }
    same("its own priority", n, t->base, is->base);
    same("priority", n, t->priority, is->priority);
    same("stale", n, t->stale, is->stale);
    same("inside", n, process_index(t->inside), is->inside);
    same("depth", n, t->depth, is->depth);
    same("cancelled", n, t->cancelled, model_is_cancelled(n));
    same("again", n, t->again, is->again);
    same("top", n, t->low + t->slice, is->top);
    same("is hurried", n, t->hurried, model_is_hurried(n));
    same("call deadline", n, call_due(t), model_call_deadline(n));
    same("deadline", n, thread_deadline(t), model_timer(n));
    compare_levels(n);
    compare_registers(n);
}

// ---- Processes

static void compare_memory(unsigned n)
{
    const uint32_t *memory = system_at(system_word(n, 0));
    const struct model_process *is = &model.processes[n];

    if (memcmp(memory, is->memory, sizeof is->memory) == 0)
        return;
    for (unsigned i = 0; i < SYSTEM_WORDS; i++)
        same("memory", n * 1000 + i, memory[i], is->memory[i]);
}

// What the model knows by numbers of generations.
static const struct service *door_wanted(unsigned n, unsigned import)
{
    const struct service *service = processes[n].image->imports[import];
    const struct model_process *callee =
        &model.processes[process_index(service->process)];
    uint32_t seen = model.processes[n].seen[import];

    if (seen == 0)
        return &door_new;
    if (!model_is_alive(process_index(service->process)) ||
        callee->generation != seen)
        return &door_stale;
    return service->room > 768 && !PLAIN ? &door_large : service;
}

// It may be shut since the callee was dirty, and is while it is.
static void compare_door(unsigned n, unsigned import)
{
    const struct service *to = processes[n].image->doors[import].to;
    const struct service *wanted = door_wanted(n, import);
    bool is_shut = to == &door_dirty &&
                   (wanted == &door_large || wanted->method_count > 0);

    if (!owed_by_process()) // it may be to become new
        same("door", n * 100 + import, (uintptr_t)(is_shut ? wanted : to),
             (uintptr_t)wanted);
    REQUIRE(to->method_count == 0 ||
            to->process->state == CMRX_PROCESS_RUNNING);
}

static void compare_process(unsigned n)
{
    const struct process *p = &processes[n];
    const struct model_process *is = &model.processes[n];

    same("process state", n, p->state, is->state);
    same("generation", n, p->generation, is->generation);
    same("faults", n, p->faults, is->faults);
    same("owner", n, (uint64_t)index_or_none(p->owner), (uint64_t)is->owner);
    same("failures", n, p->failures, is->failures);
    if (model_timer(process_timer(p)) != MODEL_NEVER)
        same("look at process", n, invariants_due(process_timer(p)),
             model_timer(process_timer(p)));
    for (unsigned i = 0; i < plan.processes[n].import_count; i++)
        compare_door(n, i);
    if (plan.processes[n].quiesced && is->device[0] != 0) {
        same("device", n, *system_at(system_device(n, 0)), is->device[0]);
        same("device", n, *system_at(system_device(n, 1)), is->device[1]);
    }
    compare_memory(n);
}

static bool is_mark(uint32_t at)
{
    for (unsigned i = 0; i < model.scrub_count && i < SYSTEM_THREADS; i++)
        if (model.scrubs[i].low == at)
            return *system_at(at) == STACK_USED;
    return false;
}

// The lowest word is the mark of use, unless the stack was begun anew since.
static void compare_scrubbed(void)
{
    for (unsigned i = 0; i < model.scrub_count && i < SYSTEM_THREADS; i++)
        for (uint32_t at = model.scrubs[i].low; at < model.scrubs[i].high;
             at += 4)
            if (!is_mark(at))
                same("left by a callee", at, *system_at(at), 0);
}

void compare_all(void)
{
    compare_scrubbed();
    for (unsigned i = 0; i < plan.thread_count; i++)
        compare_thread(i);
    for (unsigned i = 0; i < plan.process_count; i++)
        compare_process(i);
    for (unsigned i = 0; i < FAKE_LINES; i++)
        same("line", i, fake.open[i], model.open[i]);
    same("running", 0, thread_index(running), model.running);
    same("time", 0, time_now(), model.now);
}

void compare_record(unsigned process, unsigned address)
{
    const struct cmrx_fault *f = (const struct cmrx_fault *)system_at(address);
    const struct model_record *is = &model.record;
    unsigned word = (address - system_word(process, 0)) / 4;

    same("fault kind", process, f->kind, is->kind);
    same("fault process", process, f->process, is->process);
    same("fault thread", process, f->thread, is->thread);
    same("fault generation", process, f->generation, is->generation);
    same("fault depth", process, f->depth, is->depth);
    same("fault sequence", process, f->sequence, is->record_sequence);
    same("faults lost", process, f->lost, is->lost);
    memcpy(&model.processes[process].memory[word], f, sizeof *f);
}

// They are put off while somebody is ready who is more urgent than all of them were or
// become: it says whether. See model_put_off_check() for what matters.
bool compare_looks(void)
{
    return owed_looks();
}

// Of those whose priority may be stale the kernel may look at any, or for one more
// alarm's time for it: ask which. How long it may, is test_owed.c's.
int compare_owed(void)
{
    for (unsigned i = clock.owed.at - 1u, n = 0;
         n < LOOKS && i < plan.thread_count && clock.owed.stale > 0; i++, n++)
        if (threads[i].stale)
            return (int)i;
    return -1;
}

int compare_lent_at(unsigned process, uint32_t word)
{
    struct queue q = words_queue(words_find(&processes[process], word));

    return q.first != NULL ? q.first->owner - 1 : -1;
}

// A 0 follows.
void compare_left(unsigned thread, uint32_t words[SYSTEM_THREADS])
{
    unsigned count = 0;

    if (thread < plan.thread_count) { // not one of the model's two others
        const struct thread *t = &threads[thread];
        for (unsigned n = t->holds; n != 0; n = threads[n - 1].also)
            if (threads[n - 1].inside == t->inside)
                words[count++] = (uint32_t)threads[n - 1].key;
    }
    words[count] = 0;
}

// Of timers that are due at the same time the kernel may take any: ask which.
// It may be one of a wait that has ended before, or one to look at again later.
int compare_timer(void)
{
    unsigned first = timer_heap[0];
    uint64_t now = time_alarm();
    int other = owed_looks() ? MODEL_LOOK : MODEL_TURN;

    if (timer_slot[first] != 1)
        return other;
    if (owed_looks() && invariants_due(first) > now)
        now = time_now(); // it has become due since
    if (invariants_due(first) > now)
        return other;
    return model_is_due(first, now) ? (int)first : MODEL_STALE;
}
