// port.c (armv6m) - the seam: registers, calls, interrupts, the machine.

#include "armv6m.h"
#include "internal.h"

#include <processor.h>
#include <registers.h>

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
_Static_assert(offsetof(struct thread, depth) % 4 == 0 &&
                   offsetof(struct thread, words) % 4 == 0,
               "find: several members by one load");
_Static_assert(sizeof kernel_answers ==
                   (CMRX_SYS_INTERRUPT_DONE + 1) * sizeof kernel_answers[0],
               "LAST_ANSWER");
_Static_assert(CMRX_SYS_POST == CMRX_SYS_COUNT - 2 &&
                   CMRX_SYS_WAKE == CMRX_SYS_COUNT - 1,
               "the last two: others");

CALLED port_resume alarm_enter(void);

// The stack pointer is user code's word. It is believed only where the kernel
// has asked port_frame_valid() (kernel_syscall, frame_is_known), or where the
// kernel has built the frame itself; a thread that does not run cannot change
// it, and no other thread can reach its stack.
struct port_frame *port_frame(const struct port_context *c)
{
    return (struct port_frame *)c->sp;
}

// ---- Registers

#define PSR_THUMB  (1u << 24)
#define KEPT_WORDS 8u // r4-r11

// KEPT_WORDS of them.
static inline void words_copy(uint32_t *to, const uint32_t *from)
{
    __asm__ volatile("ldmia %[from]!, {r4-r7}\n\t"
                     "stmia %[to]!, {r4-r7}\n\t"
                     "ldmia %[from]!, {r4-r7}\n\t"
                     "stmia %[to]!, {r4-r7}"
                     : [to] "+l"(to), [from] "+l"(from)
                     :
                     : "r4", "r5", "r6", "r7", "memory");
}

// What a thread or a method begins with besides its arguments.
static void frame_begin(struct port_frame *f, uintptr_t pc, uintptr_t gate)
{
    f->r12 = 0;
    f->lr = gate;
    f->pc = pc & ~1u;
    f->psr = PSR_THUMB;
}

void port_context_init(struct port_context *c, const struct port_entry *e)
{
    struct port_frame *f = (struct port_frame *)(e->sp - PORT_FRAME_BYTES);

    for (unsigned i = 1; i < 4; i++)
        f->r[i] = 0;
    f->r[0] = e->argument;
    frame_begin(f, e->pc, e->gate);
    for (unsigned i = 0; i < KEPT_WORDS; i++)
        c->r4[i] = 0;
    c->sp = (uint32_t)f;
}

// The processor has aligned it to 8 (DDI 0419 B1.5.7, CCR.STKALIGN).
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

// ---- The way out: call.S takes it

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
    words_copy(c->r4, (const uint32_t *)(uintptr_t)how);
    c->sp = (uint32_t)(how >> 32);
}

ALONE void port_fault_registers(struct cmrx_fault *fault,
                                const struct port_context *c)
{
    const struct port_frame *f = port_frame(c);

    words_copy(&fault->r[4], c->r4);
    if ((fault->flags & CMRX_FAULT_HAS_FRAME) != 0) {
        for (unsigned i = 0; i < 4; i++)
            fault->r[i] = f->r[i];
        fault->r[12] = f->r12;
        fault->lr = f->lr;
        fault->pc = f->pc;
        fault->psr = f->psr;
    }
    if (fault->kind == CMRX_FAULT_NONE)
        fault_explain(fault);
}

port_resume alarm_enter(void)
{
    rewind(running);
    return kernel_alarm();
}

// ---- Calls
//
// Below the caller's stack pointer, from high to low:
//     the frame that the processor pushed at the SVC     32 bytes
//     r4-r11, kept by the kernel                         32 bytes
//     ---- floor; the cut is here or lower
//     what is lent
//     the callee's fourth argument, then its frames

#define KEPT_BYTES   32u
#define FOURTH_BYTES 8u // and alignment

uintptr_t port_call_floor(uintptr_t sp)
{
    return sp - KEPT_BYTES;
}

_Static_assert(ZEROS >= KEPT_WORDS, "r4-r11");

// Believed: c->sp (kernel_syscall) and sp (room_check, both in syscall.c).
port_resume port_call_push(struct port_context *c, uintptr_t sp, uintptr_t pc,
                           uintptr_t gate, uintptr_t self)
{
    const struct port_frame *caller = port_frame(c);
    uint32_t *fourth = (uint32_t *)(sp - FOURTH_BYTES);
    struct port_frame *f = (struct port_frame *)fourth - 1;

    words_copy((uint32_t *)(c->sp - KEPT_BYTES), c->r4);
    f->r[0] = self;
    f->r[1] = caller->r[0];
    f->r[2] = caller->r[1];
    f->r[3] = caller->r[2];
    *fourth = caller->r[3];
    frame_begin(f, pc, gate);
    return (port_resume)(uint32_t)f << 32 | (uintptr_t)zeros;
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

// No instruction counts zeros, and the library's function counts from the other end.
unsigned port_highest(uint32_t bits)
{
    static const uint8_t highest[16] = { 0, 0, 1, 1, 2, 2, 2, 2,
                                         3, 3, 3, 3, 3, 3, 3, 3 };
    unsigned at = 0;

    if (bits >> 16 != 0) {
        bits >>= 16;
        at = 16;
    }
    if (bits >> 8 != 0) {
        bits >>= 8;
        at += 8;
    }
    if (bits >> 4 != 0) {
        bits >>= 4;
        at += 4;
    }
    return at + highest[bits];
}

void port_zero(uintptr_t base, uintptr_t size)
{
    uintptr_t end = base + size;

    __asm__ volatile("movs  r4, #0\n\t"
                     "movs  r5, #0\n\t"
                     "movs  r6, #0\n\t"
                     "movs  r7, #0\n\t"
                     "b     2f\n"
                     "1:\n\t"
                     "stmia %[at]!, {r4-r7}\n\t"
                     "stmia %[at]!, {r4-r7}\n"
                     "2:\n\t"
                     "cmp   %[at], %[end]\n\t"
                     "bne   1b"
                     : [at] "+l"(base)
                     : [end] "l"(end)
                     : "r4", "r5", "r6", "r7", "cc", "memory");
}

// ---- Interrupts

ALONE void port_irq_mask(unsigned line)
{
    NVIC_ICER(line) = NVIC_BIT(line);
    __asm__ volatile("dsb" ::: "memory"); // it must not come once more
    NVIC_ICPR(line) = NVIC_BIT(line);
}

void port_irq_unmask(unsigned line)
{
    NVIC_ISER(line) = NVIC_BIT(line);
}

void port_irq_again(unsigned line)
{
    NVIC_ISPR(line) = NVIC_BIT(line);
    port_irq_unmask(line);
}

// ---- The machine

void port_init(void)
{
    SHPR2 = PRIORITY_KERNEL << 24;
    SHPR3 = PRIORITY_ALARM << 24 | PRIORITY_KERNEL << 16; // SysTick, PendSV
    for (unsigned i = 0; i < (interrupt_lines + 3u) / 4; i++)
        NVIC_IPR(i) = PRIORITY_KERNEL * 0x01010101u;
    clock_start();
}

const char *port_refusal(void)
{
    const char *why = protection_init();

    if (why == NULL &&
        (SHPR2 != PRIORITY_KERNEL << 24 || SHPR3 >> 24 != PRIORITY_ALARM))
        why = "exception priorities cannot be set";
    return why != NULL ? why : selftest_refusal();
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
