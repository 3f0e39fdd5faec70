// port.c (armv7m) - the seam: registers, calls, interrupts, the machine.

#include "armv7m.h"
#include "float.h"
#include "internal.h"
#include "registers.h"

#include <stddef.h>

// What call.S knows.
#define OFFSET(name, type, member, value)                                      \
    _Static_assert(offsetof(type, member) == (value), #name);
#include "offsets.def"
_Static_assert(offsetof(struct thread, context) == AT_CONTEXT, "entry.inc");
_Static_assert(sizeof(struct call) == 24, "CALL_BYTES");
_Static_assert(sizeof(struct thread) == 88, "THREAD_BYTES");
_Static_assert(sizeof(struct interrupt) == 16 &&
                   offsetof(struct interrupt, event.word) == 4 &&
                   offsetof(struct interrupt, bits) == 8,
               "INTERRUPT_SHIFT, and what is loaded there");
_Static_assert(sizeof(struct queue) == 4 && CMRX_THREAD_READY == 1 &&
                   CMRX_PROCESS_RUNNING == 3,
               "go_on, nobody");
_Static_assert(sizeof kernel_answers ==
                   (CMRX_SYS_INTERRUPT_DONE + 1) * sizeof kernel_answers[0],
               "LAST_ANSWER");
_Static_assert(CMRX_SYS_POST == CMRX_SYS_COUNT - 2 &&
                   CMRX_SYS_WAKE == CMRX_SYS_COUNT - 1,
               "the last two: not_call");

// The stack pointer is user code's word. It is believed only where the kernel
// has asked port_frame_valid() (kernel_syscall, frame_is_known), or where the
// kernel has built the frame itself; a thread that does not run cannot change
// it, and no other thread can reach its stack.
struct port_frame *port_frame(const struct port_context *c)
{
    return (struct port_frame *)c->sp;
}

// ---- Registers

#define PSR_THUMB (1u << 24)

void port_context_init(struct port_context *c, const struct port_entry *e)
{
    struct port_frame *f = (struct port_frame *)(e->sp - PORT_FRAME_BYTES);

    for (unsigned i = 1; i < 4; i++)
        f->r[i] = 0;
    f->r[0] = e->argument;
    f->r12 = 0;
    f->lr = e->gate;
    f->pc = e->pc & ~1u;
    f->psr = PSR_THUMB;
    for (unsigned i = 0; i < 8; i++)
        c->r4[i] = 0;
    c->sp = (uint32_t)f;
    if (KERNEL_FLOAT)
        float_forget((const struct thread *)((uintptr_t)c - AT_CONTEXT));
}

// The processor has aligned it to 8 (DDI 0403E B1.5.7, CCR.STKALIGN).
bool port_frame_valid(const struct port_frame *f, uintptr_t low, uintptr_t size)
{
    // Subtract, never add: the pointer may be anything. size >= PORT_FRAME_BYTES
    // always: a stack is, and what is left of one after a call.
    return (uintptr_t)f - low <= size - PORT_FRAME_BYTES;
}

uint32_t port_word(const struct port_frame *f)
{
    return f->r12;
}

uint32_t port_argument(const struct port_frame *f, unsigned n)
{
    return f->r[n];
}

uint32_t port_lent(const struct port_context *c)
{
    return c->r4[0];
}

// r5 and r6
uint64_t port_deadline(const struct port_context *c)
{
    return c->r4[1] | (uint64_t)c->r4[2] << 32;
}

uintptr_t port_sp(const struct port_context *c)
{
    return c->sp;
}

// The rest of the frame is the thread's own.
void port_reply(struct port_frame *f, uint32_t low, uint32_t high,
                int32_t status)
{
    f->r[0] = low;
    f->r[1] = high;
    f->r[2] = (uint32_t)status;
}

#define SVC_BYTES 2u

void port_note(struct port_frame *f, uint64_t note)
{
    f->r[0] = (uint32_t)note;
    f->r[1] = (uint32_t)(note >> 32);
}

void port_again(struct port_frame *f, uint32_t word, uint64_t note)
{
    f->r[2] = (uint32_t)note;
    f->r[3] = (uint32_t)(note >> 32);
    f->r12 = word;
    f->pc -= SVC_BYTES;
}

// ---- The way out: entry.S takes it

// No stack pointer: call.S takes it from the context, and loads the map.
port_resume port_switch(const struct thread *t)
{
    return (uintptr_t)t;
}

struct port_frame *port_resumed(port_resume how)
{
    return (struct port_frame *)(uintptr_t)(how >> 32);
}

ALONE void port_park(struct port_context *c, port_resume how)
{
    __asm__ volatile("ldmia %[from], {r4-r11}\n\t"
                     "stmia %[to], {r4-r11}"
                     :
                     : [from] "r"((uintptr_t)how), [to] "r"(c->r4)
                     : "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11",
                       "memory");
    c->sp = (uint32_t)(how >> 32);
}

void port_fault_registers(struct cmrx_fault *fault,
                          const struct port_context *c)
{
    const struct port_frame *f = port_frame(c);

    for (unsigned i = 0; i < 8; i++)
        fault->r[4 + i] = c->r4[i];
    if ((fault->flags & CMRX_FAULT_HAS_FRAME) == 0)
        return;
    for (unsigned i = 0; i < 4; i++)
        fault->r[i] = f->r[i];
    fault->r[12] = f->r12;
    fault->lr = f->lr;
    fault->pc = f->pc;
    fault->psr = f->psr;
}

// ---- Calls
//
// Below the caller's stack pointer, from high to low:
//     the frame that the processor pushed at the SVC     32 bytes
//     r4-r11, kept by the kernel                         32 bytes
//     ---- floor; the cut is here or lower
//     what is lent
//     the callee's fourth argument, then its frames

#define KEPT_BYTES 32u

uintptr_t port_call_floor(uintptr_t sp)
{
    return sp - KEPT_BYTES;
}

_Static_assert(ZEROS >= 8, "r4-r11");

// Believed: c->sp (kernel_syscall) and sp (room_check, both in syscall.c).
port_resume port_call_push(struct port_context *c, uintptr_t sp, uintptr_t pc,
                           uintptr_t gate, uintptr_t self)
{
    __asm__ volatile("ldmia %[c], {r4-r11}\n\t"
                     "stmdb %[f], {r4-r11}\n\t" // kept
                     "ldmia %[f], {r5-r8}\n\t"  // the four arguments
                     "str   r8, [%[sp], #-8]!\n\t"
                     "mov   r4, %[self]\n\t"
                     "mov   r8, #0\n\t" // r12
                     "mov   r9, %[gate]\n\t"
                     "bic   r10, %[pc], #1\n\t"
                     "mov   r11, %[psr]\n\t"
                     "stmdb %[sp]!, {r4-r11}"
                     : [sp] "+&r"(sp)
                     : [c] "r"(c->r4), [f] "r"(c->sp), [self] "r"(self),
                       [gate] "r"(gate), [pc] "r"(pc), [psr] "i"(PSR_THUMB)
                     : "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11",
                       "memory");
    return (port_resume)sp << 32 | (uintptr_t)zeros;
}

// Believed: sp, from the kernel's record of the call; and what lies below it,
// which was above the cut since.
port_resume port_call_pop(struct port_context *c, uintptr_t sp)
{
    (void)c;
    return (port_resume)sp << 32 | (sp - KEPT_BYTES);
}

// The SVC may be in the library's stub, which tells nobody anything; by
// convention (trap.h) lr says where in the program the call is.
uintptr_t port_call_pc(uintptr_t sp)
{
    return ((const struct port_frame *)sp)->lr & ~1u;
}

uint64_t port_call_deadline(uintptr_t sp)
{
    const uint32_t *r4 = (const uint32_t *)(sp - KEPT_BYTES);

    return r4[1] | (uint64_t)r4[2] << 32;
}

unsigned port_highest(uint32_t bits)
{
    return 31u - (unsigned)__builtin_clz(bits);
}

void port_zero(uintptr_t base, uintptr_t size)
{
    uintptr_t end = base + size;

    __asm__ volatile("ldmia %[zeros], {r4-r11}\n"
                     "1:\n\t"
                     "cmp   %[at], %[end]\n\t"
                     "itt   ne\n\t"
                     "stmiane %[at]!, {r4-r11}\n\t"
                     "bne   1b"
                     : [at] "+&r"(base)
                     : [end] "r"(end), [zeros] "r"(zeros)
                     : "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "cc",
                       "memory");
}

// ---- Interrupts

void port_irq_mask(unsigned line)
{
    NVIC_ICER(line / 32) = 1u << line % 32;
    __asm__ volatile("dsb" ::: "memory"); // it must not come once more
    NVIC_ICPR(line / 32) = 1u << line % 32;
}

void port_irq_unmask(unsigned line)
{
    NVIC_ISER(line / 32) = 1u << line % 32;
}

void port_irq_again(unsigned line)
{
    NVIC_ISPR(line / 32) = 1u << line % 32;
    port_irq_unmask(line);
}

// ---- The machine

static void priorities_init(void)
{
    AIRCR = AIRCR_KEY | AIRCR_GROUPS | (AIRCR & AIRCR_KEPT);
    for (unsigned exception = 4; exception < 7; exception++)
        SHPR(exception) = PRIORITY_FAULT;
    SHPR(12) =
        PRIORITY_FAULT; // DebugMonitor: no system reset turns it off (C1.5.2)
    SHPR(11) = SHPR(14) = PRIORITY_KERNEL; // SVC, PendSV
    SHPR(15) = PRIORITY_ALARM;             // SysTick
    for (unsigned line = 0; line < interrupt_lines; line++)
        NVIC_IPR(line) = PRIORITY_KERNEL;
}

// What a loader, or a vendor's code, may have left on: coprocessors, floating point
// among them, whose registers nobody keeps; and STIR for programs.
void port_init(void)
{
    CPACR = 0;
    CCR = (CCR & ~CCR_LEFT) | CCR_STKALIGN | CCR_DIV_0_TRP;
    SHCSR |= SHCSR_FAULTS;
    priorities_init();
    clock_start();
}

const char *port_refusal(void)
{
    if (SHPR(11) != PRIORITY_KERNEL || SHPR(15) != PRIORITY_ALARM)
        return "exception priorities cannot be set";
    const char *why = protection_init();
    if (KERNEL_FLOAT && why == NULL)
        why = float_refusal();
    if (why == NULL)
        why = selftest_refusal();
    CFSR = CFSR; // what the probes have left: write 1 to clear
    return why;
}

_Noreturn void port_start(void)
{
    // PendSV comes first (its number is lower), then the alarm, which looks for
    // what became due during boot.
    SYST_CSR = SYST_CSR_ALARM;
    ICSR = ICSR_PENDSVSET | ICSR_PENDSTSET;
    for (;;)
        barrier();
}

_Noreturn void port_reset(void)
{
    __asm__ volatile("dsb" ::: "memory");
    AIRCR = AIRCR_RESET;
    for (;;)
        barrier();
}

_Noreturn void port_halt(uint32_t result, const char *why)
{
    board_halt(result, why);
}
