// port.c (template) - the seam, where all registers are in the context.
//
// Each function says what it has to do, on any port, then does it. What is of the
// processor is behind hardware.h.

#include "hardware.h"
#include "internal.h"

// ---- The machine

// Vectors, all entries at one priority and faults above; a clock that runs; every
// line off. Privileged, before any user code.
void port_init(void)
{
    for (unsigned line = 0; line < interrupt_lines; line++)
        hardware_line(line, false);
}

// Prove protection by trying it, or say why not: the text is what a person sees,
// and nothing runs. Count entries; then, as selftest.c in port/armm, run probes
// without privilege: one that is allowed, and a load, a store and a jump that are
// not.
const char *port_refusal(void)
{
    if (hardware_entries() < ENTRIES)
        return "refused to start: no memory protection with 8 regions";
    hardware_protect(ENTRY_PUBLIC, &public_map);
    return NULL;
}

// `running` begins. The first alarm looks for what became due during boot.
_Noreturn void port_start(void)
{
    hardware_alarm(hardware_ticks());
    entry_resume(port_switch(running));
}

// Complete what was stored (the fault record) before.
_Noreturn void port_reset(void)
{
    board_reset();
}

// May come at any time, also before port_init(): it needs nothing but a stack.
_Noreturn void port_halt(uint32_t result, const char *why)
{
    board_halt(result, why);
}

// ---- Into the kernel

// The context of `running` is whole; what the kernel says is where to go on.
port_resume trap(enum cause cause, unsigned line)
{
    struct port_fault fault;

    switch (cause) {
    case CAUSE_CALL:
        return kernel_syscall(running, port_frame(&running->context));
    case CAUSE_ALARM:
        return kernel_alarm();
    case CAUSE_LINE:
        return kernel_irq(line);
    default:
        fault = hardware_fault();
        fault.flags |= CMRX_FAULT_HAS_FRAME; // it is in the context, always
        return kernel_fault(&fault);
    }
}

// ---- Registers

// Everything that is not given is 0: a thread must not see what was there.
static void begin(struct port_frame *f, uintptr_t pc, uintptr_t gate,
                  uintptr_t sp)
{
    *f = (struct port_frame){ .pc = pc, .lr = gate, .sp = sp & ~15u };
}

void port_context_init(struct port_context *c, const struct port_entry *e)
{
    begin(&c->frame, e->pc, e->gate, e->sp);
    c->frame.argument[0] = e->argument;
}

// Where the trap has put the registers.
struct port_frame *port_frame(const struct port_context *c)
{
    return (struct port_frame *)(uintptr_t)&c->frame;
}

struct port_frame *port_resumed(port_resume how)
{
    return &how->frame;
}

// Is the stack pointer where it may be? It is user code's word and may be anything:
// subtract, never add. A frame on the stack has to fit as well.
bool port_frame_valid(const struct port_frame *f, uintptr_t low, uintptr_t size)
{
    return f->sp % 8 == 0 && f->sp - low <= size;
}

uint32_t port_word(const struct port_frame *f)
{
    return (uint32_t)f->word;
}

uint32_t port_argument(const struct port_frame *f, unsigned n)
{
    return (uint32_t)f->argument[n];
}

uint32_t port_lent(const struct port_context *c)
{
    return (uint32_t)c->frame.lent;
}

// In two registers that a call preserves, so that it is kept where they are.
uint64_t port_deadline(const struct port_context *c)
{
    return (uint32_t)c->frame.kept[0] | (uint64_t)c->frame.kept[1] << 32;
}

uintptr_t port_sp(const struct port_context *c)
{
    return c->frame.sp;
}

// The first three of what a function gives back. The others are the thread's own.
void port_reply(struct port_frame *f, uint32_t low, uint32_t high,
                int32_t status)
{
    f->argument[0] = low;
    f->argument[1] = high;
    f->argument[2] = (uint32_t)status;
}

void port_note(struct port_frame *f, uint64_t note)
{
    f->argument[0] = (uint32_t)note;
    f->argument[1] = (uint32_t)(note >> 32);
}

#define TRAP_BYTES                                                             \
    4u // change: of the instruction that traps, if pc is behind it

void port_again(struct port_frame *f, uint32_t word, uint64_t note)
{
    f->argument[2] = (uint32_t)note;
    f->argument[3] = (uint32_t)(note >> 32);
    f->word = word;
    f->pc -= TRAP_BYTES;
}

// All that a person wants to see; the record has r[0..12], lr, pc.
void port_fault_registers(struct cmrx_fault *fault,
                          const struct port_context *c)
{
    for (unsigned i = 0; i < ARGUMENTS; i++)
        fault->r[i] = (uint32_t)c->frame.argument[i];
    for (unsigned i = 0; i < KEPT; i++)
        fault->r[ARGUMENTS + i] = (uint32_t)c->frame.kept[i];
    fault->lr = (uint32_t)c->frame.lr;
    fault->pc = (uint32_t)c->frame.pc;
}

// ---- The way out

// Another thread goes on, under its own map.
port_resume port_switch(const struct thread *t)
{
    sched_map(t);
    return (struct port_context *)(uintptr_t)&t->context;
}

// It will not go on now. Its registers are in its context already; a port whose
// `how` is something else has to put them there.
void port_park(struct port_context *c, port_resume how)
{
    if (c != how)
        *c = *how;
}

// ---- Calls
//
// Below the caller's stack pointer, from high to low:
//     what a function keeps, lr, pc and sp                 struct kept
//     ---- floor; the cut is here or lower
//     what is lent
//     the callee's frames
// The kernel writes there: it has asked port_frame_valid() and for room before
// (kernel/call.c), and above the cut no callee can write.

struct kept {
    uintptr_t pc, lr, sp, unused;
    uintptr_t kept[KEPT];
};

static struct kept *kept_at(uintptr_t sp)
{
    return (struct kept *)(sp - sizeof(struct kept));
}

// CMRX_TRAP_BYTES of the port's trap.h says the same to programs.
uintptr_t port_call_floor(uintptr_t sp)
{
    return sp - sizeof(struct kept);
}

// The method gets `self`, then the four arguments. What does not fit into
// registers goes to its stack, where the calling convention has it.
port_resume port_call_push(struct port_context *c, uintptr_t sp, uintptr_t pc,
                           uintptr_t gate, uintptr_t self)
{
    const struct port_frame from = c->frame;
    struct kept *kept = kept_at(from.sp);
    uintptr_t top = (sp & ~15u) - PORT_CALL_BYTES;

    *kept = (struct kept){ .pc = from.pc, .lr = from.lr, .sp = from.sp };
    for (unsigned i = 0; i < KEPT; i++)
        kept->kept[i] = from.kept[i];
    begin(&c->frame, pc, gate, top);
    c->frame.argument[0] = self;
    for (unsigned i = 1; i < ARGUMENTS; i++)
        c->frame.argument[i] = from.argument[i - 1];
    *(uintptr_t *)top = from.argument[ARGUMENTS - 1];
    return c;
}

// Nothing of the callee is left in a register. sp is the kernel's record.
port_resume port_call_pop(struct port_context *c, uintptr_t sp)
{
    const struct kept *kept = kept_at(sp);

    begin(&c->frame, kept->pc, kept->lr, 0);
    c->frame.sp = sp;
    for (unsigned i = 0; i < KEPT; i++)
        c->frame.kept[i] = kept->kept[i];
    return c;
}

// By convention (trap.h) lr says where in the program the call is.
uintptr_t port_call_pc(uintptr_t sp)
{
    return kept_at(sp)->lr;
}

uint64_t port_call_deadline(uintptr_t sp)
{
    return (uint32_t)kept_at(sp)->kept[0] | (uint64_t)kept_at(sp)->kept[1]
                                                << 32;
}

// ---- Memory protection

port_cut port_stack_cut(const struct port_stack *s, uint32_t slice)
{
    return s->whole.base + slice;
}

// All entries but the public constants. The rest of memory is forbidden by having
// none.
void port_map(const struct port_region map[PORT_MAP],
              const struct port_stack *stack, port_cut cut,
              const struct port_region *caller,
              const struct port_region *origin)
{
    const struct port_region part = {
        stack->whole.base,
        cut | MAY_READ | MAY_WRITE,
    };

    for (unsigned i = 0; i < PORT_MAP; i++)
        hardware_protect(ENTRY_MAP + i, &map[i]);
    hardware_protect(ENTRY_STACK, &part);
    hardware_protect(ENTRY_CALLER, caller);
    hardware_protect(ENTRY_ORIGIN, origin);
}

unsigned port_highest(uint32_t bits)
{
    return 31u - (unsigned)__builtin_clz(bits);
}

// size is a multiple of 32, base of 8. The kernel links no library: a loop, which
// the compiler must not make a memset of (-ffreestanding, -fno-builtin).
void port_zero(uintptr_t base, uintptr_t size)
{
    volatile uint32_t *at = (uint32_t *)base;

    for (uintptr_t i = 0; i < size / sizeof *at; i++)
        at[i] = 0;
}

// A real machine may answer by a bus error, when a device has no clock: then it must
// come back from here as if nothing were.
void port_quiesce(uintptr_t address, uint32_t value)
{
    *(volatile uint32_t *)address = value;
}

// ---- The clock

static uint32_t restarted;

uint32_t port_clock_elapsed(void)
{
    return hardware_ticks() - restarted;
}

// No tick is lost between: the counter goes on.
uint32_t port_clock_restart(uint32_t ticks)
{
    uint32_t now = hardware_ticks(), elapsed = now - restarted;

    restarted = now;
    hardware_alarm(now + ticks);
    return elapsed;
}

// Lines come before the alarm.
uint32_t port_clock_pause(void)
{
    return PORT_TICKS_MIN;
}

// ---- Interrupt lines

void port_irq_mask(unsigned line)
{
    hardware_line(line, false);
    hardware_line_forget(line);
}

void port_irq_unmask(unsigned line)
{
    hardware_line(line, true);
}

void port_irq_again(unsigned line)
{
    hardware_line_pend(line);
    port_irq_unmask(line);
}

// change, when all else works: a line waits longer for what takes long.
bool port_interrupt_pending(void)
{
    return false;
}

// change, when port_clock_pause() is 0.
bool port_alarm_goes_on(void)
{
    return false;
}
