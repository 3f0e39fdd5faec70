// model_calls.c - what each system call is to do.

#include "model.h"

#include "group.h"

#include <string.h>

// ---- Calls between processes

#define KEPT_BYTES 32u

static uint32_t cut_of(unsigned thread, uint32_t sp)
{
    uint32_t granule = plan.threads[thread].granule;

    return (sp - KEPT_BYTES) / granule * granule;
}

static int32_t room_check(unsigned thread, unsigned service)
{
    const struct model_registers *now = &model.threads[thread].now;
    int64_t low = system_stack(thread);
    int64_t lent = now->kept[0];

    if (lent % 8 != 0)
        return CMRX_INVALID;
    if ((int64_t)now->sp - KEPT_BYTES < low)
        return CMRX_NO_STACK;
    int64_t left = (int64_t)cut_of(thread, now->sp) - low - lent;
    if (left < (int64_t)system_room(plan.services[service].need))
        return CMRX_NO_STACK;
    return CMRX_OK;
}

static int32_t callee_check(unsigned thread, unsigned import, unsigned service)
{
    struct model_process *caller =
        &model.processes[model.threads[thread].inside];
    const struct model_process *callee =
        &model.processes[plan.services[service].process];
    uint32_t seen = caller->seen[import];

    model.counts[DIRTY_REFUSED] += callee->state == CMRX_PROCESS_DIRTY;
    if (callee->state != CMRX_PROCESS_RUNNING)
        return callee->state == CMRX_PROCESS_DIRTY ? CMRX_DIRTY : CMRX_CLOSED;
    caller->seen[import] = callee->generation;
    if (seen != 0 && seen != callee->generation)
        return CMRX_STALE;
    if (callee->owner == (int)thread && !plan.services[service].reentrant)
        return CMRX_LOOP;
    return CMRX_OK;
}

void model_door_open(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];
    unsigned import = t->now.word >> 8 & 0xff;
    unsigned service = plan.processes[t->inside].imports[import];

    model.processes[t->inside].seen[import] =
        model.processes[plan.services[service].process].generation;
}

static void enter(unsigned thread, unsigned import, unsigned service,
                  unsigned method, uint64_t deadline)
{
    struct model_thread *t = &model.threads[thread];
    const struct model_registers from = t->now;

    t->levels[t->depth++] = (struct model_level){
        .caller = t->inside,
        .import = import,
        .generation = model.processes[t->inside].generation,
        .lent = from.kept[0],
        .top = t->top,
        .deadline = deadline,
        .at = from,
    };
    t->inside = plan.services[service].process;
    t->top = cut_of(thread, from.sp);
    t->now = (struct model_registers){
        .r = { system_self(service), from.r[0], from.r[1], from.r[2] },
        .pc = system_method(service, method),
        .lr = system_return_gate(t->inside),
        .sp = t->top - from.kept[0] - 8 - PORT_FRAME_BYTES,
    };
    // As if it had not been ready: it stays where it was unless it has to
    // queue for the monitor.
    int64_t order = t->order;
    int turn_of = model.turn_of;
    model_unready(thread);
    model_enter_monitor(thread);
    t->entering = t->state == CMRX_THREAD_QUEUED;
    if (t->state == CMRX_THREAD_READY) {
        t->order = order;
        model.turn_of = turn_of;
    }
}

static void call_until(unsigned thread, uint64_t deadline)
{
    struct model_thread *t = &model.threads[thread];
    unsigned import = t->now.word >> 8 & 0xff, method = t->now.word >> 16;
    const struct plan_process *caller = &plan.processes[t->inside];
    unsigned service = import < caller->import_count ? caller->imports[import]
                                                     : SYSTEM_SERVICES;
    int32_t status = CMRX_OK;

    if (service == SYSTEM_SERVICES || method >= plan.services[service].methods)
        status = CMRX_INVALID;
    else if (t->depth == plan.threads[thread].depth)
        status = CMRX_LIMIT;
    if (status == CMRX_OK)
        status = room_check(thread, service);
    if (status == CMRX_OK)
        status = callee_check(thread, import, service);
    if (status == CMRX_OK && deadline <= model.now)
        status = CMRX_TIMEOUT;
    if (status == CMRX_OK)
        enter(thread, import, service, method, deadline);
    else
        model_reply(thread, 0, 0, status);
    model.counts[BOUND] += status == CMRX_OK && deadline != MODEL_NEVER;
}

static void do_call(unsigned thread)
{
    call_until(thread, MODEL_NEVER);
}

static void do_call_until(unsigned thread)
{
    const uint32_t *kept = model.threads[thread].now.kept;

    call_until(thread, kept[1] | (uint64_t)kept[2] << 32);
}

static void back_count(const struct model_level *l)
{
    model.counts[BOUND_BACK] += l->deadline != MODEL_NEVER && !l->hurried;
    model.counts[LATE_BACK] += l->hurried;
}

// Past callers that have ended. To one that is alive it comes as by any return, and
// keeps its turn.
static void return_further(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];

    t->behind = 0;
    while (t->depth > 0 && model_is_orphan(thread))
        model_pop(thread);
    if (model_is_orphan(thread)) {
        model_unready(thread);
        model_end(thread, 0);
    } else {
        model_told(thread);
    }
}

// Nobody on its way back is alive.
static bool ends_by_return(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];

    for (unsigned i = 0; i < t->depth; i++)
        if (!model_has_ended(&t->levels[i]))
            return false;
    return true;
}

// What a large method has left: 640 bytes a step, all but the last 128.
static bool own_step(struct model_thread *t)
{
    uint32_t room = model_room(&t->levels[t->depth - 1]);

    if (room <= 128 || (t->now.word >> 8) * 640 >= room - 128)
        return false;
    t->now.word += 1 << 8;
    t->now.r[2] = t->now.r[3] = 0;
    return true;
}

void model_return_step(const struct model_registers *at)
{
    struct model_thread *t = model_self();

    model.scrub_count = 0;
    t->now = *at;
    if (!own_step(t))
        REQUIRE(model_clear(model.running));
    model.counts[RETURN_STEP]++;
    t->now.pc -= 2;
    t->repeats = true;
}

static void do_return(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];
    uint32_t low = t->now.r[0], high = t->now.r[1];

    if (t->depth == 0) {
        model_raise(thread, CMRX_FAULT_RETURN);
        return;
    }
    if (model_abandon(thread))
        return;
    REQUIRE(!model_clear(thread)); // in the steps before
    back_count(&t->levels[t->depth - 1]);
    bool is_late = model.puts_off && !ends_by_return(thread);
    int left = is_late && model_is_wanted(thread) ? (int)t->inside : -1;
    if (left < 0)
        model_leave_monitor(thread);
    model.was_told = false;
    model_pop(thread);
    if (model_is_orphan(thread))
        return_further(thread);
    else
        model_reply(thread, low, high, CMRX_OK);
    model.owes_told = model.puts_off && model.was_told;
    model.owing_in = left;
    model_inherit();
}

static bool lies_in(uint64_t address, uint64_t size, uint64_t base,
                    uint64_t bytes)
{
    return size > 0 && address >= base && address + size <= base + bytes;
}

static bool lies_in_shared(uint64_t address, uint64_t size, unsigned process)
{
    return lies_in(address, size, system_word(process, SYSTEM_SHARED),
                   SYSTEM_SHARED_WORDS * 4u);
}

static int32_t do_caller_may(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];
    uint32_t address = t->now.r[0], size = t->now.r[1];

    if (t->depth == 0)
        return CMRX_DENIED;
    const struct model_level *l = &t->levels[t->depth - 1];
    bool may =
        lies_in_shared(address, size, l->caller) ||
        lies_in_shared(address, size, plan.threads[thread].home) ||
        lies_in(address, size, t->top - l->lent, l->lent) ||
        (t->now.r[2] == 0 && lies_in(address, size, system_public(), 0x1000));
    return may ? CMRX_OK : CMRX_DENIED;
}

// ---- Interrupts

static int32_t do_interrupt_done(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];
    unsigned n = 0;

    for (unsigned i = 0; i < plan.interrupt_count; i++)
        if (plan.interrupts[i].process == t->inside && n++ == t->now.r[0]) {
            model.open[plan.interrupts[i].line] = true;
            return CMRX_OK;
        }
    return CMRX_INVALID;
}

// ---- Threads

// The thread that the one in `thread`'s place calls `number`, or -1.
static int own_thread(unsigned thread, uint32_t number)
{
    uint32_t n = 0;

    for (unsigned i = 0; i < plan.thread_count; i++)
        if (plan.threads[i].home == model.threads[thread].inside &&
            n++ == number)
            return (int)i;
    return -1;
}

static void do_start(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];
    int other = own_thread(thread, t->now.r[0]);
    uint32_t argument = t->now.r[1];

    if (other < 0) {
        model_reply(thread, 0, 0, CMRX_INVALID);
    } else if (model.threads[other].state != CMRX_THREAD_DORMANT) {
        model_reply(thread, 0, 0, CMRX_BUSY);
    } else {
        model_reply(thread, 0, 0, CMRX_OK);
        model_start((unsigned)other, argument);
    }
}

static void do_exit(unsigned thread)
{
    uint32_t result = model.threads[thread].now.r[0];

    if (model.threads[thread].depth > 0) {
        model_raise(thread, CMRX_FAULT_EXIT);
        return;
    }
    if (model_abandon(thread))
        return;
    model_leave_monitor(thread);
    model_unready(thread);
    model_end(thread, result);
    model_mended(thread);
    if (plan.processes[plan.threads[thread].home].policy == POLICY_SUPERVISE)
        model_tell_later(plan.threads[thread].home);
}

static void do_join(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];
    int other = own_thread(thread, t->now.r[0]);

    if (other < 0 || model.threads[other].generation !=
                         model.processes[t->inside].generation)
        model_reply(thread, 0, 0, CMRX_INVALID);
    else if (other == (int)thread)
        model_reply(thread, 0, 0, CMRX_LOOP);
    else if (model.threads[other].state == CMRX_THREAD_DORMANT)
        model_reply(thread, model.threads[other].result, 0, CMRX_OK);
    else if (model_joiner((unsigned)other) >= 0)
        model_reply(thread, 0, 0, CMRX_BUSY);
    else
        model_wait(thread, 0, other);
}

static void do_priority(unsigned thread)
{
    struct model_thread *t = &model.threads[thread];
    uint32_t priority = t->now.r[0];

    if (t->depth > 0) {
        model_reply(thread, 0, 0, CMRX_DENIED);
    } else if (priority == 0 || priority > plan.threads[thread].priority) {
        model_reply(thread, 0, 0, CMRX_INVALID);
    } else {
        model_reply(thread, 0, 0, CMRX_OK);
        model.counts[SET_LENT] += t->priority > t->base;
        t->base = priority;
        model_inherit();
    }
}

// ---- Control

static bool has(unsigned thread, unsigned right)
{
    return plan.processes[model.threads[thread].inside].rights & right;
}

static void do_control(unsigned thread)
{
    const struct model_thread *t = &model.threads[thread];
    uint32_t process = t->now.r[0], start = t->now.r[1];

    if (!has(thread, RIGHT_CONTROL)) {
        model_reply(thread, 0, 0, CMRX_DENIED);
    } else if (process + 1 >= plan.process_count || process == UINT32_MAX ||
               start > 1) {
        model_reply(thread, 0, 0, CMRX_INVALID);
    } else {
        model_reply(thread, 0, 0, CMRX_OK);
        model_process_end(process, CMRX_PROCESS_STOPPED);
        if (start)
            model_process_start(process);
    }
}

static void do_process_status(unsigned thread)
{
    uint32_t process = model.threads[thread].now.r[0];

    if (!has(thread, RIGHT_INSPECT)) {
        model_reply(thread, 0, 0, CMRX_DENIED);
    } else if (process >= plan.process_count) {
        model_reply(thread, 0, 0, CMRX_INVALID);
    } else {
        const struct model_process *p = &model.processes[process];
        model_reply(thread, p->state | p->generation << 16, p->faults, CMRX_OK);
    }
}

// Without the look at a stack, which the random test does not ask for.
static void do_thread_status(unsigned thread)
{
    uint32_t number = model.threads[thread].now.r[0];

    if (!has(thread, RIGHT_INSPECT)) {
        model_reply(thread, 0, 0, CMRX_DENIED);
    } else if (number >= plan.thread_count ||
               model.threads[thread].now.r[1] != 0) {
        model_reply(thread, 0, 0, CMRX_INVALID);
    } else {
        const struct model_thread *t = &model.threads[number];
        unsigned inside = t->state == CMRX_THREAD_DORMANT
                              ? plan.threads[number].home
                              : t->inside;
        model_reply(thread,
                    t->state | t->priority << 8 | inside << 16 | t->depth << 24,
                    plan.threads[number].stack, CMRX_OK);
    }
}

static void do_fault_read(unsigned thread)
{
    uint32_t to = model.threads[thread].now.r[0];
    uint64_t base = system_word(model.threads[thread].inside, 0);
    int32_t status = CMRX_OK;

    if (!has(thread, RIGHT_INSPECT))
        status = CMRX_DENIED;
    else if (to % 8 != 0 ||
             !lies_in(to, sizeof(struct cmrx_fault), base, SYSTEM_MEMORY))
        status = CMRX_INVALID;
    else if (!model.record.unread)
        status = CMRX_BUSY;
    else
        model.record.unread = false;
    model_reply(thread, 0, 0, status);
}

// ---- Which is which

static void reply(unsigned thread, int32_t status)
{
    model_reply(thread, 0, 0, status);
}

static void do_caller(unsigned thread, const struct model_level *l)
{
    model_reply(thread, l->caller, model_has_ended(l), CMRX_OK);
}

static void do_small(unsigned thread, uint32_t number)
{
    const struct model_thread *t = &model.threads[thread];

    if (number == CMRX_SYS_TIME)
        model_reply(thread, (uint32_t)model.now, (uint32_t)(model.now >> 32),
                    CMRX_OK);
    else if (number == CMRX_SYS_STACK_GRANULE)
        model_reply(thread, plan.threads[thread].granule, 0, CMRX_OK);
    else if (number == CMRX_SYS_CALLER && t->depth > 0)
        do_caller(thread, &t->levels[t->depth - 1]);
    else if (number == CMRX_SYS_SYSTEM_END)
        reply(thread, CMRX_DENIED); // nobody has the right in these tests
    else
        reply(thread, CMRX_INVALID);
}

static void do_yield(unsigned thread)
{
    reply(thread, CMRX_OK);
    model_rotate(thread);
}

void model_handle(unsigned thread)
{
    static void (*const handlers[])(unsigned) = {
        [CMRX_SYS_CALL] = do_call,
        [CMRX_SYS_CALL_UNTIL] = do_call_until,
        [CMRX_SYS_RETURN] = do_return,
        [CMRX_SYS_WAIT] = model_do_wait,
        [CMRX_SYS_WAKE] = model_do_wake,
        [CMRX_SYS_POST] = model_do_post,
        [CMRX_SYS_YIELD] = do_yield,
        [CMRX_SYS_THREAD_START] = do_start,
        [CMRX_SYS_THREAD_EXIT] = do_exit,
        [CMRX_SYS_THREAD_JOIN] = do_join,
        [CMRX_SYS_THREAD_PRIORITY] = do_priority,
        [CMRX_SYS_PROCESS_CONTROL] = do_control,
        [CMRX_SYS_PROCESS_STATUS] = do_process_status,
        [CMRX_SYS_THREAD_STATUS] = do_thread_status,
        [CMRX_SYS_FAULT_READ] = do_fault_read,
    };
    uint32_t number = model.threads[thread].now.word & 0xff;

    if (number == CMRX_SYS_INTERRUPT_DONE)
        reply(thread, do_interrupt_done(thread));
    else if (number == CMRX_SYS_CALLER_MAY)
        reply(thread, do_caller_may(thread));
    else if (number < sizeof handlers / sizeof handlers[0] &&
             handlers[number] != NULL)
        handlers[number](thread);
    else
        do_small(thread, number);
}
