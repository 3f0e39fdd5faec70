// port.c (fake) - the seam, for a processor made of memory.

#include "fake.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#define KEPT_BYTES (FAKE_KEPT * 4u)

struct fake fake;

static jmp_buf out; // of the kernel, when it does not return

// The kernel must not have asked for this: no test can go on.
static void check(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "fake port: %s\n", what);
    abort();
}

// ---- Into the kernel

static enum fake_end enter(void (*entry)(void))
{
    int end = setjmp(out);

    if (end == 0) {
        entry();
        return FAKE_RESUMED;
    }
    return end == 1 ? FAKE_RESUMED : (enum fake_end)(end - 1);
}

enum fake_end fake_boot(void)
{
    return enter(kernel_boot);
}

enum fake_end fake_syscall(void)
{
    return enter(kernel_syscall);
}

enum fake_end fake_alarm(void)
{
    check(fake_alarm_in() == 0, "an alarm that was not asked for");
    fake.alarms++;
    return enter(kernel_alarm);
}

static unsigned irq_line;

static void irq_entry(void)
{
    kernel_irq(irq_line);
}

enum fake_end fake_irq(unsigned line)
{
    irq_line = line;
    return enter(irq_entry);
}

static struct cmrx_fault fault_now;

static void fault_entry(void)
{
    kernel_fault(&fault_now);
}

enum fake_end fake_fault(enum cmrx_fault_kind kind, unsigned flags,
                         uint32_t address)
{
    fault_now = (struct cmrx_fault){
        .kind = (uint8_t)kind,
        .flags = (uint8_t)flags,
        .address = address,
        .cause = 0x1000u + kind,
    };
    return enter(fault_entry);
}

// ---- The machine

void port_init(void)
{
}

const char *port_refusal(void)
{
    return fake.refusal;
}

_Noreturn void port_start(void)
{
    longjmp(out, 1);
}

_Noreturn void port_halt(uint32_t result, const char *why)
{
    fake.halt_result = result;
    fake.halt_why = why;
    longjmp(out, 1 + FAKE_HALTED);
}

_Noreturn void port_reset(void)
{
    longjmp(out, 1 + FAKE_WAS_RESET);
}

// ---- Registers

struct fake_frame *fake_frame(const struct port_context *c)
{
    return (struct fake_frame *)c->sp;
}

// The frame that the kernel is about to use: has it made sure of it?
static struct fake_frame *frame_of(const struct port_context *c)
{
    const struct thread *t = (const struct thread *)c;

    check(port_frame_valid(c, t->image->stack.base, t->top),
          "a frame is used that is not in the thread's part of its stack");
    return fake_frame(c);
}

static void context_enter(struct port_context *c, uintptr_t sp,
                          const struct port_entry *e)
{
    struct fake_frame *frame = (struct fake_frame *)sp;

    *frame =
        (struct fake_frame){ .pc = (uint32_t)e->pc, .lr = (uint32_t)e->gate };
    for (unsigned i = 0; i < 4; i++)
        frame->r[i] = (uint32_t)e->arg[i];
    *c = (struct port_context){ .sp = sp };
}

void port_context_init(struct port_context *c, const struct port_entry *e)
{
    context_enter(c, e->sp - PORT_FRAME_BYTES, e);
}

bool port_frame_valid(const struct port_context *c, uintptr_t low,
                      uintptr_t high)
{
    return c->sp % 8 == 0 && c->sp >= low && c->sp < high &&
           high - c->sp >= PORT_FRAME_BYTES;
}

uint32_t port_word(const struct port_context *c)
{
    return frame_of(c)->word;
}

uint32_t port_argument(const struct port_context *c, unsigned n)
{
    check(n < 4, "there are four arguments");
    return frame_of(c)->r[n];
}

uint32_t port_lent(const struct port_context *c)
{
    return c->kept[0];
}

uintptr_t port_sp(const struct port_context *c)
{
    return c->sp;
}

void port_reply(struct port_context *c, uint32_t low, uint32_t high,
                int32_t status)
{
    struct fake_frame *frame = frame_of(c);

    frame->r[0] = low;
    frame->r[1] = high;
    frame->r[2] = (uint32_t)status;
    frame->r[3] = 0;
    frame->word = 0;
}

void port_fault_registers(struct cmrx_fault *fault,
                          const struct port_context *c)
{
    const struct fake_frame *frame = fake_frame(c);

    for (unsigned i = 0; i < FAKE_KEPT; i++)
        fault->r[4 + i] = c->kept[i];
    if ((fault->flags & CMRX_FAULT_HAS_FRAME) == 0)
        return;
    for (unsigned i = 0; i < 4; i++)
        fault->r[i] = frame->r[i];
    fault->r[12] = frame->word;
    fault->lr = frame->lr;
    fault->pc = frame->pc;
    fault->psr = frame->psr;
}

// ---- Calls; the stack is as in port/armv7m/port.c

uintptr_t port_call_floor(uintptr_t sp)
{
    return sp - KEPT_BYTES;
}

void port_call_push(struct port_context *c, const struct port_entry *e)
{
    const struct thread *t = (const struct thread *)c;
    uint32_t *kept = (uint32_t *)(c->sp - KEPT_BYTES);
    uint32_t *fourth = (uint32_t *)(e->sp - 8);

    check(e->sp % 8 == 0 && (uintptr_t)kept >= e->sp &&
              e->sp - t->image->stack.base >= PORT_CALL_BYTES,
          "a call is pushed where there is no room for it");
    for (unsigned i = 0; i < FAKE_KEPT; i++)
        kept[i] = c->kept[i];
    fourth[0] = (uint32_t)e->arg[4];
    fourth[1] = 0;
    context_enter(c, e->sp - 8 - PORT_FRAME_BYTES, e);
}

void port_call_pop(struct port_context *c, uintptr_t sp)
{
    const uint32_t *kept = (const uint32_t *)(sp - KEPT_BYTES);

    for (unsigned i = 0; i < FAKE_KEPT; i++)
        c->kept[i] = kept[i];
    c->sp = sp;
}

uintptr_t port_call_pc(uintptr_t sp)
{
    return ((const struct fake_frame *)sp)->pc;
}

// ---- Protection

void port_map(const struct port_region map[PORT_MAP],
              const struct port_stack *stack, uintptr_t top,
              const struct port_region *caller,
              const struct port_region *origin)
{
    check((top - stack->base) % stack->granule == 0,
          "the stack is cut where protection cannot");
    fake.map = (struct fake_map){ map, stack, top, caller, origin };
    fake.map_loads++;
}

static bool allows(const struct port_region *r, uintptr_t address,
                   uintptr_t size, bool write)
{
    const struct region region = { r->base, r->size };

    return (r->write || !write) && region_covers(&region, address, size);
}

bool fake_may(uintptr_t address, uintptr_t size, bool write)
{
    const struct fake_map *m = &fake.map;
    const struct port_region stack = { m->stack->base, m->top - m->stack->base,
                                       1 };

    for (unsigned i = 0; i < PORT_MAP; i++)
        if (allows(&m->map[i], address, size, write))
            return true;
    return allows(&stack, address, size, write) ||
           allows(&public_map, address, size, write) ||
           (m->caller != NULL && allows(m->caller, address, size, write)) ||
           (m->origin != NULL && allows(m->origin, address, size, write));
}

// ---- The clock

uint32_t port_clock_elapsed(void)
{
    return (uint32_t)(fake.ticks - fake.restarted);
}

uint32_t port_clock_restart(uint32_t ticks)
{
    uint32_t elapsed = port_clock_elapsed();

    check(ticks >= PORT_TICKS_MIN && ticks <= PORT_TICKS_MAX,
          "the clock cannot count to that");
    fake.restarted = fake.ticks;
    fake.period = ticks;
    fake.restarts++;
    return elapsed;
}

void fake_pass(uint32_t ticks)
{
    fake.ticks += ticks;
}

uint32_t fake_alarm_in(void)
{
    uint32_t elapsed = port_clock_elapsed();

    return elapsed >= fake.period ? 0 : fake.period - elapsed;
}

// ---- Interrupts

void port_irq_mask(unsigned line)
{
    check(line < FAKE_LINES, "there is no such line");
    fake.open[line] = false;
    fake.masked[line]++;
}

void port_irq_unmask(unsigned line)
{
    check(line < FAKE_LINES, "there is no such line");
    fake.open[line] = true;
}
