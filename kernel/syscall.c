// syscall.c - the whole attack surface.
//
// What user code says is an allegation. Every argument is checked here, and
// nothing behind this file checks it again. A handler checks everything, then
// commits; a number it was given is compared with a bound before it is used,
// an address is only used after region_covers() has said whose it is, and each
// word of user memory is read once.
//
// kernel_syscall() has checked the stack pointer, so the frame of the trap lies
// in the part of the thread's own stack that it may touch: port_argument() and
// port_reply() are safe.

#include "internal.h"

typedef void (*handler)(struct thread *t);

static uint32_t argument(const struct thread *t, unsigned n)
{
    return port_argument(&t->context, n);
}

static void reply(struct thread *t, enum cmrx_status status)
{
    port_reply(&t->context, 0, 0, status);
}

static void reply_value(struct thread *t, uint32_t low, uint32_t high)
{
    port_reply(&t->context, low, high, CMRX_OK);
}

static bool has(struct thread *t, enum right right)
{
    if (t->inside->image->rights & (unsigned)right)
        return true;
    reply(t, CMRX_DENIED);
    return false;
}

static uint64_t deadline_argument(const struct thread *t)
{
    return (uint64_t)argument(t, 3) << 32 | argument(t, 2);
}

// ---- Calls

// Is there room below the cut for what is lent and for the method? The stack
// pointer may be anywhere in the stack, also so low that the cut lies below it.
static enum cmrx_status room_check(const struct thread *t, uintptr_t cut,
                                   uint32_t lent, uint32_t need)
{
    uintptr_t low = t->image->stack.base;
    uintptr_t floor = port_call_floor(port_sp(&t->context));

    if (lent % 8 != 0 || lent > UINT16_MAX)
        return CMRX_INVALID;
    if (floor < low || cut < low || lent > cut - low ||
        need + PORT_CALL_BYTES > cut - low - lent)
        return CMRX_NO_STACK;
    return CMRX_OK;
}

// The callee as it is now: can it be entered by t?
static enum cmrx_status callee_check(const struct thread *t, unsigned import,
                                     const struct service *service)
{
    const struct process *callee = service->process;
    uint16_t *seen = &t->inside->image->seen[import];

    if (callee->state != CMRX_PROCESS_RUNNING)
        return CMRX_CLOSED;
    if (*seen != callee->generation) {
        bool is_first = *seen == 0;
        *seen = callee->generation;
        if (!is_first)
            return CMRX_STALE;
    }
    return callee->owner == t && !service->reentrant ? CMRX_LOOP : CMRX_OK;
}

static void sys_call(struct thread *t)
{
    uint32_t word = port_word(&t->context);
    unsigned import = word >> 8 & 0xff, method = word >> 16;
    const struct process_image *caller = t->inside->image;

    if (import >= caller->import_count ||
        method >= caller->imports[import]->method_count) {
        reply(t, CMRX_INVALID);
        return;
    }
    if (t->depth >= t->image->depth) {
        reply(t, CMRX_LIMIT);
        return;
    }
    const struct service *service = caller->imports[import];
    uintptr_t cut = call_cut(t, port_sp(&t->context));
    enum cmrx_status status =
        room_check(t, cut, port_lent(&t->context), service->stack_need);
    if (status == CMRX_OK)
        status = callee_check(t, import, service);
    if (status == CMRX_OK)
        call_enter(t, service, import, method, cut);
    else
        reply(t, status);
}

static void sys_return(struct thread *t)
{
    if (t->depth == 0)
        fault_raise(t, CMRX_FAULT_RETURN);
    else
        call_return(t, argument(t, 0), argument(t, 1));
}

static void sys_caller_may(struct thread *t)
{
    bool may = t->depth > 0 &&
               call_may(t, argument(t, 0), argument(t, 1), argument(t, 2) != 0);
    reply(t, may ? CMRX_OK : CMRX_DENIED);
}

static void sys_caller(struct thread *t)
{
    if (t->depth == 0) {
        reply(t, CMRX_INVALID);
        return;
    }
    const struct call *c = &t->image->calls[t->depth - 1];
    reply_value(t, process_index(c->caller), 0);
}

static void sys_stack_granule(struct thread *t)
{
    reply_value(t, t->image->window.granule, 0);
}

// ---- Waiting

static bool is_own_word(const struct thread *t, uintptr_t address)
{
    return address % sizeof(uint32_t) == 0 &&
           region_covers(&t->inside->image->memory, address, sizeof(uint32_t));
}

static void sys_wait(struct thread *t)
{
    uintptr_t word = argument(t, 0);
    enum cmrx_status status;

    if (word != 0 && !is_own_word(t, word))
        status = CMRX_INVALID;
    // Read once, in memory that is_own_word() has said to be the process's.
    else if (word != 0 && *(const volatile uint32_t *)word != argument(t, 1))
        status = CMRX_CHANGED;
    else
        status = wait_begin(t, word, deadline_argument(t));
    if (status != CMRX_OK)
        reply(t, status);
}

static void sys_wake(struct thread *t)
{
    uintptr_t word = argument(t, 0);

    if (!is_own_word(t, word)) {
        reply(t, CMRX_INVALID);
        return;
    }
    reply_value(t, wait_wake(t->inside, word, argument(t, 1), 0), 0);
}

static void sys_post(struct thread *t)
{
    uint32_t number = argument(t, 0);
    const struct process_image *image = t->inside->image;

    if (number >= image->post_count)
        reply(t, CMRX_INVALID);
    else
        reply(t, event_post(image->posts[number], argument(t, 1)));
}

static void sys_interrupt_done(struct thread *t)
{
    uint32_t number = argument(t, 0);
    const struct process_image *image = t->inside->image;

    if (number >= image->interrupt_count) {
        reply(t, CMRX_INVALID);
        return;
    }
    port_irq_unmask(image->interrupts[number].line);
    reply(t, CMRX_OK);
}

static void sys_time(struct thread *t)
{
    uint64_t now = time_now();

    reply_value(t, (uint32_t)now, (uint32_t)(now >> 32));
}

// ---- Threads

static void sys_yield(struct thread *t)
{
    reply(t, CMRX_OK);
    sched_rotate(t);
}

// A thread of the process that t is in, or NULL.
static struct thread *own_thread(const struct thread *t, uint32_t number)
{
    const struct process_image *image = t->inside->image;

    return number < image->thread_count ? &threads[image->first_thread + number]
                                        : NULL;
}

static void sys_thread_start(struct thread *t)
{
    struct thread *other = own_thread(t, argument(t, 0));
    uint32_t given = argument(t, 1); // a reply overwrites it

    if (other == NULL) {
        reply(t, CMRX_INVALID);
    } else if (other->state != CMRX_THREAD_DORMANT) {
        reply(t, CMRX_BUSY);
    } else {
        reply(t, CMRX_OK);
        thread_start(other, given);
    }
}

static void sys_thread_exit(struct thread *t)
{
    if (t->depth > 0) {
        fault_raise(t, CMRX_FAULT_EXIT);
        return;
    }
    uint32_t result = argument(t, 0);
    monitor_leave(t);
    sched_unready(t);
    thread_end(t, result);
}

static void sys_thread_join(struct thread *t)
{
    struct thread *other = own_thread(t, argument(t, 0));
    enum cmrx_status status;

    if (other == NULL || other->generation != t->inside->generation)
        status = CMRX_INVALID;
    else if (other == t)
        status = CMRX_LOOP;
    else if (other->state == CMRX_THREAD_DORMANT) {
        reply_value(t, other->exit_result, 0);
        return;
    } else
        status = wait_begin(t, (uintptr_t)other, deadline_argument(t));
    if (status != CMRX_OK)
        reply(t, status);
}

static void sys_thread_priority(struct thread *t)
{
    uint32_t priority = argument(t, 0);

    if (t->depth > 0) {
        reply(t, CMRX_DENIED);
        return;
    }
    if (priority < 1 || priority > t->image->priority) {
        reply(t, CMRX_INVALID);
        return;
    }
    reply(t, CMRX_OK);
    sched_unready(t);
    t->priority = (uint8_t)priority;
    sched_ready(t);
}

// ---- Control

static void sys_process_control(struct thread *t)
{
    uint32_t number = argument(t, 0), start = argument(t, 1);

    if (!has(t, RIGHT_CONTROL))
        return;
    // The last process is idle, without which nothing could run.
    if (number >= process_count - 1u || start > 1) {
        reply(t, CMRX_INVALID);
        return;
    }
    struct process *p = &processes[number];
    reply(t, CMRX_OK);
    process_end(p, CMRX_PROCESS_STOPPED);
    if (start)
        process_start(p);
}

static void sys_process_status(struct thread *t)
{
    uint32_t number = argument(t, 0);

    if (!has(t, RIGHT_INSPECT))
        return;
    if (number >= process_count) {
        reply(t, CMRX_INVALID);
        return;
    }
    const struct process *p = &processes[number];
    reply_value(t, p->state | (uint32_t)p->generation << 16, p->faults);
}

#define STACK_LOOK 128u // bytes of a stack that one system call looks at

// How many bytes, from `offset` of the stack up, were never used: neither
// written by the thread nor given to a callee.
static uint32_t stack_untouched(const struct thread *t, uint32_t offset,
                                uint32_t look)
{
    uintptr_t begin = t->image->stack.base + offset, at = begin;

    while (at < begin + look && at < t->deepest && *(const uint32_t *)at == 0)
        at += sizeof(uint32_t);
    return (uint32_t)(at - begin);
}

static void reply_stack(struct thread *t, const struct thread *other)
{
    const struct region *stack = &other->image->stack;
    uint32_t offset = argument(t, 2), look = STACK_LOOK;

    if (offset % sizeof(uint32_t) != 0 || offset >= stack->size) {
        reply(t, CMRX_INVALID);
        return;
    }
    if (look > stack->size - offset)
        look = (uint32_t)(stack->size - offset);
    reply_value(t, stack_untouched(other, offset, look), look);
}

static void sys_thread_status(struct thread *t)
{
    uint32_t number = argument(t, 0);

    if (!has(t, RIGHT_INSPECT))
        return;
    if (number >= thread_count || argument(t, 1) > 1) {
        reply(t, CMRX_INVALID);
        return;
    }
    const struct thread *other = &threads[number];
    const struct process *inside = other->state == CMRX_THREAD_DORMANT
                                       ? other->image->home
                                       : other->inside;
    if (argument(t, 1) == 1)
        reply_stack(t, other);
    else
        reply_value(t,
                    other->state | (uint32_t)other->priority << 8 |
                        process_index(inside) << 16 |
                        (uint32_t)other->depth << 24,
                    (uint32_t)other->image->stack.size);
}

static void sys_fault_read(struct thread *t)
{
    uintptr_t to = argument(t, 0);

    if (!has(t, RIGHT_INSPECT))
        return;
    if (to % _Alignof(struct cmrx_fault) != 0 ||
        !region_covers(&t->inside->image->memory, to,
                       sizeof(struct cmrx_fault)))
        reply(t, CMRX_INVALID);
    else
        reply(t, fault_take((struct cmrx_fault *)to) ? CMRX_OK : CMRX_BUSY);
}

static void sys_system_end(struct thread *t)
{
    if (!has(t, RIGHT_POWER))
        return;
    if (argument(t, 0) > 1 || argument(t, 1) > 255)
        reply(t, CMRX_INVALID);
    else if (argument(t, 0) == 1)
        port_halt(argument(t, 1), NULL);
    else
        port_reset();
}

// ---- The door

static const handler handlers[] = {
    [CMRX_SYS_CALL] = sys_call,
    [CMRX_SYS_RETURN] = sys_return,
    [CMRX_SYS_WAIT] = sys_wait,
    [CMRX_SYS_WAKE] = sys_wake,
    [CMRX_SYS_POST] = sys_post,
    [CMRX_SYS_TIME] = sys_time,
    [CMRX_SYS_YIELD] = sys_yield,
    [CMRX_SYS_THREAD_START] = sys_thread_start,
    [CMRX_SYS_THREAD_EXIT] = sys_thread_exit,
    [CMRX_SYS_THREAD_JOIN] = sys_thread_join,
    [CMRX_SYS_THREAD_PRIORITY] = sys_thread_priority,
    [CMRX_SYS_INTERRUPT_DONE] = sys_interrupt_done,
    [CMRX_SYS_STACK_GRANULE] = sys_stack_granule,
    [CMRX_SYS_CALLER_MAY] = sys_caller_may,
    [CMRX_SYS_CALLER] = sys_caller,
    [CMRX_SYS_PROCESS_CONTROL] = sys_process_control,
    [CMRX_SYS_PROCESS_STATUS] = sys_process_status,
    [CMRX_SYS_THREAD_STATUS] = sys_thread_status,
    [CMRX_SYS_FAULT_READ] = sys_fault_read,
    [CMRX_SYS_SYSTEM_END] = sys_system_end,
};

#define HANDLERS (sizeof handlers / sizeof handlers[0])

void kernel_syscall(void)
{
    struct thread *t = running;
    uint32_t number = UINT32_MAX;

    if (!port_frame_valid(&t->context, t->image->stack.base, t->top)) {
        fault_raise(t, CMRX_FAULT_POINTER);
    } else {
        number = port_word(&t->context) & 0xff;
        if (number < HANDLERS)
            handlers[number](t);
        else
            reply(t, CMRX_INVALID);
    }
    sched_switch();
    check_after(number);
}
