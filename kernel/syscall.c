// syscall.c - the whole attack surface.
//
// What user code says is an allegation. Every argument is checked here, and
// nothing behind this file checks it again. A handler checks everything, then
// commits; a number it was given is compared with a bound before it is used,
// an address is only used after region_covers() has said whose it is, and each
// word of user memory is read once.
//
// kernel_syscall() has checked the stack pointer: the frame of the trap lies in
// what the thread may touch, so port_argument() and port_reply() are safe.

#include "internal.h"

// Handlers return how the processor leaves the kernel: where the thread is only told
// something, PORT_AS_IT_CAME. One that does nothing else is an answer: it returns
// nothing, and finds only the frame, not the context.

static port_resume reply_value(struct port_frame *f, uint32_t low,
                               uint32_t high)
{
    port_reply(f, low, high, CMRX_OK);
    return PORT_AS_IT_CAME;
}

ALONE static port_resume reply(struct port_frame *f, enum cmrx_status status)
{
    port_reply(f, 0, 0, status);
    return PORT_AS_IT_CAME;
}

static void answer(struct port_frame *f, enum cmrx_status status)
{
    port_reply(f, 0, 0, status);
}

static bool has(const struct thread *t, enum right right)
{
    return (t->inside->image->rights & (unsigned)right) != 0;
}

// ---- Calls

// Is there room below the cut for what is lent and for the method? From here on the
// cut, what is lent and the callee's stack pointer are believed. That may be so low
// in the stack that the cut lies below it: then the slice is less than nothing.
static enum cmrx_status room_check(uint32_t slice, uint32_t lent, uint32_t room)
{
    if (lent % 8 != 0)
        return CMRX_INVALID;
    if ((int32_t)slice < (int32_t)room || lent > slice - room)
        return CMRX_NO_STACK;
    return CMRX_OK;
}

// The door is not open. A caller is told once that the callee was restarted.
static enum cmrx_status door_open(struct door *door,
                                  const struct service *service)
{
    bool is_stale = door->to == &door_stale;

    if (service->process->state != CMRX_PROCESS_RUNNING)
        return service->process->state == CMRX_PROCESS_DIRTY ? CMRX_DIRTY
                                                             : CMRX_CLOSED;
    door->to = call_is_large(service) ? &door_large : service;
    return is_stale ? CMRX_STALE : CMRX_OK;
}

// The callee as it is now: can it be entered by t? Where it has to wait for the
// monitor, to open the door is a step of its own: together that would be too long
// a stretch.
static int32_t callee_check(const struct thread *t,
                            const struct service *service, struct door *door)
{
    const struct thread *owner = service->process->owner;
    bool is_open = door->to == service || door->to == &door_large;
    int32_t status = is_open ? CMRX_OK : door_open(door, service);

    if (status != CMRX_OK || owner == NULL || service->reentrant)
        return status;
    if (owner == t)
        return CMRX_LOOP;
    return is_open ? CMRX_OK : WAIT_AGAIN;
}

// It waits now, or the reason why not.
static port_resume leave_or_reply(struct port_frame *f, int32_t status)
{
    if (status == CMRX_OK)
        return syscall_leave();
    if (status == WAIT_AGAIN)
        port_again(f, port_word(f), deadline_argument(f));
    else
        port_reply(f, 0, 0, status);
    return PORT_AS_IT_CAME;
}

// As with a wait, what is to come for it is set first, and the call made again.
static port_resume enter_until(struct thread *t, struct port_frame *f,
                               const struct service *service, uint32_t slice)
{
    uint64_t deadline = port_deadline(&t->context);
    bool has_passed = deadline <= time_now();
    int32_t status = has_passed ? CMRX_TIMEOUT : deadline_cover(t, deadline);

    if (status == CMRX_OK && port_interrupt_pending())
        status = WAIT_AGAIN;
    if (status != CMRX_OK)
        return leave_or_reply(f, status);
    return call_enter(t, service, port_word(f) >> 16, slice, HAS_DEADLINE);
}

static port_resume sys_call(struct thread *t, struct port_frame *f)
{
    uint32_t word = port_word(f);
    unsigned number = word >> 8 & 0xff, method = word >> 16;
    const struct process_image *caller = t->inside->image;

    if (number >= caller->import_count)
        return reply(f, CMRX_INVALID);
    const struct service *service = caller->imports[number];
    if (method >= service->method_count)
        return reply(f, CMRX_INVALID);
    if (t->depth >= t->image->depth)
        return reply(f, CMRX_LIMIT);
    uint32_t slice = call_slice(t, port_sp(&t->context));
    int32_t status = room_check(slice, port_lent(&t->context), service->room);
    if (status == CMRX_OK)
        status = callee_check(t, service, &caller->doors[number]);
    if (status != CMRX_OK)
        return leave_or_reply(f, status);
    if ((word & 0xff) == CMRX_SYS_CALL_UNTIL)
        return enter_until(t, f, service, slice);
    if (port_interrupt_pending())
        return leave_or_reply(f, WAIT_AGAIN);
    return call_enter(t, service, method, slice,
                      call_is_large(service) ? HURRIED : 0);
}

static port_resume sys_return(struct thread *t, struct port_frame *f)
{
    if (t->depth == 0)
        fault_raise(t, CMRX_FAULT_RETURN);
    else if (!mutex_abandon(t, f))
        return call_return(t, f);
    return syscall_leave();
}

static void sys_caller_may(const struct thread *t, struct port_frame *f)
{
    bool may =
        t->depth > 0 && call_may(t, port_argument(f, 0), port_argument(f, 1),
                                 port_argument(f, 2) != 0);
    answer(f, may ? CMRX_OK : CMRX_DENIED);
}

static void sys_caller(const struct thread *t, struct port_frame *f)
{
    if (t->depth == 0) {
        answer(f, CMRX_INVALID);
        return;
    }
    const struct call *c = innermost(t);
    port_reply(f, process_index(c->caller), c->sp & CALLER_ENDED, CMRX_OK);
}

static void sys_stack_granule(const struct thread *t, struct port_frame *f)
{
    port_reply(f, 1u << t->image->window.shift, 0, CMRX_OK);
}

// ---- Waiting

// Somebody else may have been named, and be more urgent now.
static port_resume wait_for_owner(struct thread *t, struct port_frame *f)
{
    int32_t status = mutex_wait(t, f);
    port_resume how = leave_or_reply(f, status);

    return status == WAIT_AGAIN ? syscall_leave() : how;
}

// Read once, in memory that wait_may() has said to be the process's.
static port_resume sys_wait(struct thread *t, struct port_frame *f)
{
    uintptr_t word = port_argument(f, 0);

    if (word != 0 && !wait_may(t, word))
        return reply(f, CMRX_INVALID);
    if (word != 0 && *(const volatile uint32_t *)word != port_argument(f, 1))
        return reply(f, CMRX_CHANGED);
    if (word != 0 && (port_word(f) & CMRX_WAIT_OWNER) != 0)
        return wait_for_owner(t, f);
    uint8_t *at = word != 0 ? words_find(t->inside, word) : NULL;
    return leave_or_reply(f, wait_for_word(t, word, at, deadline_argument(f)));
}

// A call that wakes is made again for each thread more. What it has to know then
// is in the thread's own registers: in the word how many it has woken, and the
// ticket in place of a deadline. A program that makes these up fools itself: it
// wakes fewer than it could, or is told another number.
static uint32_t woken_before(const struct port_frame *f)
{
    return port_word(f) >> 8;
}

static uint64_t wake_ticket(const struct port_frame *f)
{
    uint64_t made = deadline_argument(f) & INT64_MAX; // it may be anything

    return woken_before(f) > 0 ? made : wait_now();
}

static port_resume again(struct port_frame *f, uint32_t number, uint32_t woken,
                         uint64_t ticket)
{
    port_again(f, number | woken << 8, ticket);
    return syscall_leave();
}

static port_resume sys_wake(struct thread *t, struct port_frame *f)
{
    uintptr_t word = port_argument(f, 0);
    uint32_t count = port_argument(f, 1), woken = woken_before(f);
    uint64_t ticket = wake_ticket(f);
    enum wake wake = WAKE_NOBODY;

    if (!wait_may(t, word))
        return reply(f, CMRX_INVALID);
    if (woken < count)
        wake = wait_wake(t->inside, word, ticket);
    woken += wake >= WAKE_LAST;
    if (is_to_go_on(wake) && woken < count)
        return again(f, CMRX_SYS_WAKE, woken, ticket);
    reply_value(f, woken, 0);
    return syscall_leave();
}

// The bits are set once: whom it has woken may have taken them already.
static port_resume sys_post(struct thread *t, struct port_frame *f)
{
    uint32_t number = port_argument(f, 0);
    uint32_t bits = woken_before(f) > 0 ? 0 : port_argument(f, 1);
    uint64_t ticket = wake_ticket(f);
    const struct process_image *image = t->inside->image;

    if (number >= image->post_count)
        return reply(f, CMRX_INVALID);
    enum wake wake = event_post(image->posts[number], bits, ticket);
    if (is_to_go_on(wake))
        return again(f, CMRX_SYS_POST, 1, ticket);
    reply(f, wake == WAKE_CLOSED ? CMRX_CLOSED : CMRX_OK);
    return syscall_leave();
}

static void sys_interrupt_done(const struct thread *t, struct port_frame *f)
{
    uint32_t number = port_argument(f, 0);
    const struct process_image *image = t->inside->image;

    if (number < image->interrupt_count)
        port_irq_unmask(image->interrupts[number].line);
    answer(f, number < image->interrupt_count ? CMRX_OK : CMRX_INVALID);
}

static void sys_time(const struct thread *t, struct port_frame *f)
{
    uint64_t now = time_now();

    (void)t;
    port_reply(f, (uint32_t)now, (uint32_t)(now >> 32), CMRX_OK);
}

// ---- Threads

static port_resume sys_yield(struct thread *t, struct port_frame *f)
{
    reply(f, CMRX_OK);
    return sched_pass(t);
}

// A thread of the process that t is in, or NULL.
static struct thread *own_thread(const struct thread *t, uint32_t number)
{
    const struct process_image *image = t->inside->image;

    return number < image->thread_count ? &threads[image->first_thread + number]
                                        : NULL;
}

static port_resume sys_thread_start(struct thread *t, struct port_frame *f)
{
    struct thread *other = own_thread(t, port_argument(f, 0));

    if (other == NULL)
        return reply(f, CMRX_INVALID);
    if (other->state != CMRX_THREAD_DORMANT)
        return reply(f, CMRX_BUSY);
    thread_start(other, port_argument(f, 1));
    reply(f, CMRX_OK);
    return syscall_leave();
}

static port_resume sys_thread_exit(struct thread *t, struct port_frame *f)
{
    if (t->depth > 0) {
        fault_raise(t, CMRX_FAULT_EXIT);
        return syscall_leave();
    }
    if (mutex_abandon(t, f))
        return syscall_leave();
    uint32_t result = port_argument(f, 0);
    sched_unready(t);
    monitor_leave(t);
    thread_end(t, result);
    process_lost_thread(t);
    return syscall_leave();
}

static port_resume sys_thread_join(struct thread *t, struct port_frame *f)
{
    struct thread *other = own_thread(t, port_argument(f, 0));

    if (other == NULL || other->generation != t->inside->generation)
        return reply(f, CMRX_INVALID);
    if (other == t)
        return reply(f, CMRX_LOOP);
    if (other->state == CMRX_THREAD_DORMANT)
        return reply_value(f, other->exit_result, 0);
    if (wait_joiner(other) != NULL)
        return reply(f, CMRX_BUSY);
    return leave_or_reply(f, wait_for_end(t, other, deadline_argument(f)));
}

static port_resume sys_thread_priority(struct thread *t, struct port_frame *f)
{
    uint32_t priority = port_argument(f, 0);

    if (t->depth > 0)
        return reply(f, CMRX_DENIED);
    if (priority < 1 || priority > t->image->priority)
        return reply(f, CMRX_INVALID);
    reply(f, CMRX_OK);
    t->base = (uint8_t)priority;
    inherit_anew(t);
    return syscall_leave();
}

// ---- Control

static port_resume sys_process_control(struct thread *t, struct port_frame *f)
{
    uint32_t number = port_argument(f, 0), start = port_argument(f, 1);

    if (!has(t, RIGHT_CONTROL))
        return reply(f, CMRX_DENIED);
    // The last process is idle, without which nothing could run.
    if (number >= process_count - 1u || start > 1)
        return reply(f, CMRX_INVALID);
    struct process *p = &processes[number];
    reply(f, CMRX_OK);
    process_end(p, CMRX_PROCESS_STOPPED);
    if (start)
        process_start(p);
    return syscall_leave();
}

static port_resume sys_process_status(struct thread *t, struct port_frame *f)
{
    uint32_t number = port_argument(f, 0);

    if (!has(t, RIGHT_INSPECT))
        return reply(f, CMRX_DENIED);
    if (number >= process_count)
        return reply(f, CMRX_INVALID);
    const struct process *p = &processes[number];
    return reply_value(f, p->state | (uint32_t)p->generation << 16, p->faults);
}

#define STACK_LOOK 64u // bytes of a stack that one system call looks at

static port_resume reply_stack(struct port_frame *f, const struct thread *t)
{
    const struct region *stack = &t->image->stack;
    uint32_t offset = port_argument(f, 2), look = STACK_LOOK;

    if (offset % sizeof(uint32_t) != 0 || offset >= stack->size)
        return reply(f, CMRX_INVALID);
    if (look > stack->size - offset)
        look = (uint32_t)(stack->size - offset);
    return reply_value(f, thread_untouched(t, offset, look), look);
}

static port_resume reply_state(struct port_frame *f, const struct thread *t)
{
    const struct process *inside =
        t->state == CMRX_THREAD_DORMANT ? t->image->home : t->inside;

    return reply_value(f,
                       t->state | (uint32_t)t->priority << 8 |
                           process_index(inside) << 16 |
                           (uint32_t)t->depth << 24,
                       (uint32_t)t->image->stack.size);
}

static port_resume sys_thread_status(struct thread *t, struct port_frame *f)
{
    uint32_t number = port_argument(f, 0), what = port_argument(f, 1);

    if (!has(t, RIGHT_INSPECT))
        return reply(f, CMRX_DENIED);
    if (number >= thread_count || what > 1)
        return reply(f, CMRX_INVALID);
    return what == 1 ? reply_stack(f, &threads[number])
                     : reply_state(f, &threads[number]);
}

static port_resume sys_fault_read(struct thread *t, struct port_frame *f)
{
    uintptr_t to = port_argument(f, 0);

    if (!has(t, RIGHT_INSPECT))
        return reply(f, CMRX_DENIED);
    if (to % _Alignof(struct cmrx_fault) != 0 ||
        !region_covers(&t->inside->image->memory, to,
                       sizeof(struct cmrx_fault)))
        return reply(f, CMRX_INVALID);
    return reply(f, fault_take((struct cmrx_fault *)to) ? CMRX_OK : CMRX_BUSY);
}

static port_resume sys_system_end(struct thread *t, struct port_frame *f)
{
    if (!has(t, RIGHT_POWER))
        return reply(f, CMRX_DENIED);
    if (port_argument(f, 0) > 1 || port_argument(f, 1) > 255)
        return reply(f, CMRX_INVALID);
    if (port_argument(f, 0) == 1)
        port_halt(port_argument(f, 1), NULL);
    port_reset();
}

// ---- The door

kernel_answer *const kernel_answers[] = {
    [CMRX_SYS_TIME] = sys_time,
    [CMRX_SYS_STACK_GRANULE] = sys_stack_granule,
    [CMRX_SYS_CALLER_MAY] = sys_caller_may,
    [CMRX_SYS_CALLER] = sys_caller,
    [CMRX_SYS_INTERRUPT_DONE] = sys_interrupt_done,
};

kernel_handler *const kernel_handlers[] = {
    [CMRX_SYS_CALL] = sys_call,
    [CMRX_SYS_CALL_UNTIL] = sys_call,
    [CMRX_SYS_RETURN] = sys_return,
    [CMRX_SYS_WAIT] = sys_wait,
    [CMRX_SYS_WAKE] = sys_wake,
    [CMRX_SYS_POST] = sys_post,
    [CMRX_SYS_YIELD] = sys_yield,
    [CMRX_SYS_THREAD_START] = sys_thread_start,
    [CMRX_SYS_THREAD_EXIT] = sys_thread_exit,
    [CMRX_SYS_THREAD_JOIN] = sys_thread_join,
    [CMRX_SYS_THREAD_PRIORITY] = sys_thread_priority,
    [CMRX_SYS_PROCESS_CONTROL] = sys_process_control,
    [CMRX_SYS_PROCESS_STATUS] = sys_process_status,
    [CMRX_SYS_THREAD_STATUS] = sys_thread_status,
    [CMRX_SYS_FAULT_READ] = sys_fault_read,
    [CMRX_SYS_SYSTEM_END] = sys_system_end,
};

#define COUNT (sizeof kernel_handlers / sizeof kernel_handlers[0])
_Static_assert(COUNT == CMRX_SYS_COUNT, "each system call has its handler");

static port_resume handle(struct thread *t, struct port_frame *f,
                          uint32_t number)
{
    if (number >= COUNT)
        return reply(f, CMRX_INVALID);
    if (kernel_handlers[number] != NULL)
        return kernel_handlers[number](t, f);
    kernel_answers[number](t, f);
    return PORT_AS_IT_CAME;
}

port_resume kernel_syscall(struct thread *t, struct port_frame *f)
{
    uint32_t number = UINT32_MAX;
    port_resume how;

    if (port_frame_valid(f, t->low, t->slice)) {
        number = port_word(f) & 0xff; // the frame may be gone afterwards
        how = handle(t, f, number);
    } else {
        fault_raise(t, CMRX_FAULT_POINTER);
        how = syscall_leave();
    }
    if (PLAIN && how == PORT_AS_IT_CAME)
        how = sched_leave();
    check_after(number);
    return how;
}
