// port.c (fake) - the seam, for a processor made of memory.

#include "fake.h"
#include "internal.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEPT_BYTES (FAKE_KEPT * 4u)

struct fake fake;
void (*fake_stretch)(enum fake_stretch);

static jmp_buf out; // of the kernel, when it does not return

// The kernel must not have asked for this: no test can go on.
void fake_check(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "fake port: %s\n", what);
    abort();
}

// ---- Into the kernel

// What a processor does when it leaves. Here the registers of the thread that goes
// on are always in its context: that is where a test looks.
static void leave(const struct thread *came, port_resume how)
{
    fake_check(how != PORT_AS_IT_CAME || running == came,
               "another thread is to go on with these registers");
    if (how != PORT_AS_IT_CAME)
        port_park(&running->context, how);
}

static const struct port_context line_first; // nobody's

port_resume port_line(void)
{
    bool waits = !fake.is_blind && (fake.pended > 0 || fake.comes > 0);
    return waits ? &line_first : PORT_AS_IT_CAME;
}

// What was pended is first: the others are numbered higher.
static port_resume line_take(void)
{
    int line = fake.pended;

    if (line == 0) {
        line = fake.came = fake.comes;
        fake.comes = 0;
    }
    fake.pended = 0;
    return kernel_irq((unsigned)line - 1);
}

static port_resume one_stretch(enum fake_kind kind, port_resume (*entry)(void))
{
    fake.kind = kind;
    fake_tells(FAKE_BEGINS);
    port_resume how = entry();
    fake_tells(FAKE_ENDS);
    return how;
}

static enum fake_end enter(enum fake_kind kind, port_resume (*entry)(void))
{
    const struct thread *came = running;

    fake.pended = fake.came = 0;
    int end = setjmp(out);
    if (end == 0) {
        port_resume how = one_stretch(kind, entry);
        fake.waited = came != NULL && came->state == CMRX_THREAD_WAITING;
        while (how == &line_first)
            how = one_stretch(FAKE_IRQ, line_take);
        leave(came, how);
        return FAKE_RESUMED;
    }
    fake_tells(FAKE_ENDS);
    return end == 1 ? FAKE_RESUMED : (enum fake_end)(end - 1);
}

static port_resume boot_entry(void)
{
    kernel_boot();
    return PORT_AS_IT_CAME;
}

enum fake_end fake_boot(void)
{
    return enter(FAKE_BOOT, boot_entry);
}

static port_resume syscall_entry(void)
{
    return kernel_syscall(running, port_frame(&running->context));
}

enum fake_end fake_syscall(void)
{
    return enter(FAKE_SYSCALL, syscall_entry);
}

enum fake_end fake_alarm(void)
{
    fake_check(fake_alarm_in() == 0, "an alarm that was not asked for");
    fake.alarms++;
    fake.is_pended = false;
    return enter(FAKE_ALARM, kernel_alarm);
}

static unsigned irq_line;

static port_resume irq_entry(void)
{
    return kernel_irq(irq_line);
}

enum fake_end fake_irq(unsigned line)
{
    irq_line = line;
    return enter(FAKE_IRQ, irq_entry);
}

static struct port_fault fault_now;

static port_resume fault_entry(void)
{
    return kernel_fault(&fault_now);
}

enum fake_end fake_fault(enum cmrx_fault_kind kind, unsigned flags,
                         uint32_t address)
{
    fault_now = (struct port_fault){
        .kind = (uint8_t)kind,
        .flags = (uint8_t)flags,
        .address = address,
        .cause = 0x1000u + kind,
    };
    return enter(FAKE_FAULT, fault_entry);
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

struct port_frame *port_frame(const struct port_context *c)
{
    return (struct port_frame *)c->sp;
}

static const struct thread *owner(const struct port_context *c)
{
    return (const struct thread *)((const char *)c -
                                   offsetof(struct thread, context));
}

// The frame that the kernel is about to use: is it one of a thread, in the part
// of its stack that it may touch?
static struct port_frame *sound(const struct port_frame *f)
{
    for (unsigned i = 0; i < thread_count; i++)
        if (port_frame_valid(f, threads[i].low, threads[i].slice))
            return (struct port_frame *)f;
    fake_check(false,
               "a frame is used that is not in the thread's part of its stack");
    return NULL;
}

static void begin(struct port_frame *f, uintptr_t pc, uintptr_t gate)
{
    *f = (struct port_frame){ .pc = (uint32_t)pc, .lr = (uint32_t)gate };
}

void port_context_init(struct port_context *c, const struct port_entry *e)
{
    struct port_frame *f = (struct port_frame *)(e->sp - PORT_FRAME_BYTES);

    begin(f, e->pc, e->gate);
    f->r[0] = (uint32_t)e->argument;
    *c = (struct port_context){ .sp = (uintptr_t)f };
}

bool port_frame_valid(const struct port_frame *f, uintptr_t low, uintptr_t size)
{
    return (uintptr_t)f % 8 == 0 &&
           (uintptr_t)f - low <= size - PORT_FRAME_BYTES;
}

uint32_t port_word(const struct port_frame *f)
{
    if (fake.kind == FAKE_SYSCALL)
        fake.kind = sound(f)->word & 0xff;
    return sound(f)->word;
}

uint32_t port_argument(const struct port_frame *f, unsigned n)
{
    fake_check(n < 4, "there are four arguments");
    return sound(f)->r[n];
}

uint32_t port_lent(const struct port_context *c)
{
    return c->kept[0];
}

uint64_t port_deadline(const struct port_context *c)
{
    return c->kept[1] | (uint64_t)c->kept[2] << 32;
}

uintptr_t port_sp(const struct port_context *c)
{
    return c->sp;
}

void port_reply(struct port_frame *f, uint32_t low, uint32_t high,
                int32_t status)
{
    struct port_frame *frame = sound(f);

    frame->r[0] = low;
    frame->r[1] = high;
    frame->r[2] = (uint32_t)status;
}

#define TRAP_BYTES 2u // what pc has gone on by

void port_note(struct port_frame *f, uint64_t note)
{
    struct port_frame *frame = sound(f);

    frame->r[0] = (uint32_t)note;
    frame->r[1] = (uint32_t)(note >> 32);
}

void port_again(struct port_frame *f, uint32_t word, uint64_t note)
{
    struct port_frame *frame = sound(f);

    frame->r[2] = (uint32_t)note;
    frame->r[3] = (uint32_t)(note >> 32);
    frame->word = word;
    frame->pc -= TRAP_BYTES;
    fake.again = true;
}

void port_fault_registers(struct cmrx_fault *fault,
                          const struct port_context *c)
{
    const struct port_frame *f = port_frame(c);

    for (unsigned i = 0; i < FAKE_KEPT; i++)
        fault->r[4 + i] = c->kept[i];
    if ((fault->flags & CMRX_FAULT_HAS_FRAME) == 0)
        return;
    for (unsigned i = 0; i < 4; i++)
        fault->r[i] = f->r[i];
    fault->r[12] = f->word;
    fault->lr = f->lr;
    fault->pc = f->pc;
    fault->psr = f->psr;
}

// ---- The way out

port_resume port_switch(const struct thread *t)
{
    sched_map(t);
    return &t->context;
}

struct port_frame *port_resumed(port_resume how)
{
    return port_frame(how);
}

void port_park(struct port_context *c, port_resume how)
{
    if (c != how)
        *c = *how;
}

// ---- Calls; the stack is as in port/armv7m/port.c

static struct port_context next; // of the thread that is in a call now

uintptr_t port_call_floor(uintptr_t sp)
{
    return sp - KEPT_BYTES;
}

port_resume port_call_push(struct port_context *c, uintptr_t sp, uintptr_t pc,
                           uintptr_t gate, uintptr_t self)
{
    const struct thread *t = owner(c);
    const struct port_frame *from = port_frame(c);
    uint32_t *kept = (uint32_t *)(c->sp - KEPT_BYTES);
    uint32_t *fourth = (uint32_t *)(sp - 8);
    struct port_frame *f = (struct port_frame *)(sp - 8 - PORT_FRAME_BYTES);

    fake_check(sp % 8 == 0 && (uintptr_t)kept >= sp &&
                   sp - t->image->stack.base >= PORT_CALL_BYTES,
               "a call is pushed where there is no room for it");
    for (unsigned i = 0; i < FAKE_KEPT; i++)
        kept[i] = c->kept[i];
    fourth[0] = from->r[3];
    fourth[1] = 0;
    begin(f, pc, gate);
    f->r[0] = (uint32_t)self;
    for (unsigned i = 0; i < 3; i++)
        f->r[i + 1] = from->r[i];
    next = (struct port_context){ .sp = (uintptr_t)f };
    return &next;
}

port_resume port_call_pop(struct port_context *c, uintptr_t sp)
{
    const uint32_t *kept = (const uint32_t *)(sp - KEPT_BYTES);

    (void)c;
    for (unsigned i = 0; i < FAKE_KEPT; i++)
        next.kept[i] = kept[i];
    next.sp = sp;
    return &next;
}

uintptr_t port_call_pc(uintptr_t sp)
{
    return ((const struct port_frame *)sp)->pc;
}

uint64_t port_call_deadline(uintptr_t sp)
{
    const uint32_t *kept = (const uint32_t *)(sp - KEPT_BYTES);

    return kept[1] | (uint64_t)kept[2] << 32;
}

// ---- Protection

port_cut port_stack_cut(const struct port_stack *stack, uint32_t slice)
{
    fake_check((stack->base + slice) % (1u << stack->shift) == 0,
               "the stack is cut where protection cannot");
    return slice;
}

void port_map(const struct port_region map[PORT_MAP],
              const struct port_stack *stack, port_cut cut,
              const struct port_region *caller,
              const struct port_region *origin)
{
    fake.map = (struct fake_map){ map, stack, cut, caller, origin };
    fake.map_loads++;
}

unsigned port_highest(uint32_t bits)
{
    return 31u - (unsigned)__builtin_clz(bits);
}

void port_zero(uintptr_t base, uintptr_t size)
{
    fake_check(base % 8 == 0 && size % 32 == 0, "zeroed in whole pieces only");
    memset((void *)base, 0, size);
}

void port_quiesce(uintptr_t address, uint32_t value)
{
    *(volatile uint32_t *)address = value;
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
    const struct port_region stack = { m->stack->base, m->cut, 1 };

    for (unsigned i = 0; i < PORT_MAP; i++)
        if (allows(&m->map[i], address, size, write))
            return true;
    return allows(&stack, address, size, write) ||
           allows(&public_map, address, size, write) ||
           allows(m->caller, address, size, write) ||
           allows(m->origin, address, size, write);
}
