// port.c (riscv32) - the seam: registers, calls, protection, faults.

#include "riscv32.h"
#include "internal.h"

#include <stddef.h>

// What assembly knows.
#define OFFSET(name, type, member, value)                                      \
    _Static_assert(offsetof(type, member) == (value), #name);
#include "offsets.def"
_Static_assert(sizeof(struct port_context) == PORT_CONTEXT_BYTES, "");
_Static_assert(sizeof(struct call) == 24, "CALL_BYTES");
_Static_assert(sizeof(struct thread) == PORT_CONTEXT_BYTES + 52,
               "THREAD_BYTES");
_Static_assert(sizeof(struct interrupt) == 16, "INTERRUPT_SHIFT");
_Static_assert(CMRX_THREAD_READY == 1 && CMRX_PROCESS_RUNNING == 3, "wake.S");
_Static_assert(offsetof(struct port_stack, low) == 12, "WINDOW_LOW");
_Static_assert(sizeof kernel_answers ==
                   (CMRX_SYS_INTERRUPT_DONE + 1) * sizeof kernel_answers[0],
               "LAST_ANSWER");
_Static_assert(CMRX_SYS_COUNT == CMRX_SYS_WAKE + 1, "SYS_LAST");

// ---- Registers

// Loops over registers are none when they are compiled: an instruction for each.
static inline void clear(struct port_frame *f, unsigned from, unsigned to)
{
#pragma GCC unroll 32
    for (unsigned i = from; i <= to; i++)
        f->x[i] = 0;
}

struct port_frame *port_frame(const struct port_context *c)
{
    return (struct port_frame *)(uintptr_t)&c->frame;
}

void port_context_init(struct port_context *c, const struct port_entry *e)
{
    clear(&c->frame, 0, 31);
    c->frame.x[X_PC] = e->pc;
    c->frame.x[X_RA] = e->gate;
    c->frame.x[X_SP] = e->sp & ~15u;
    c->frame.x[X_A0] = e->argument;
}

// Subtract, never add: the pointer may be anything.
bool port_frame_valid(const struct port_frame *f, uintptr_t low, uintptr_t size)
{
    return f->x[X_SP] % 8 == 0 && f->x[X_SP] - low <= size;
}

uint32_t port_word(const struct port_frame *f)
{
    return f->x[X_A7];
}

uint32_t port_argument(const struct port_frame *f, unsigned n)
{
    return f->x[X_A0 + n];
}

uint32_t port_lent(const struct port_context *c)
{
    return c->frame.x[X_A0 + 4];
}

// s2 and s3
uint64_t port_deadline(const struct port_context *c)
{
    return c->frame.x[X_S2] | (uint64_t)c->frame.x[X_S2 + 1] << 32;
}

uintptr_t port_sp(const struct port_context *c)
{
    return c->frame.x[X_SP];
}

void port_reply(struct port_frame *f, uint32_t low, uint32_t high,
                int32_t status)
{
    f->x[X_A0] = low;
    f->x[X_A0 + 1] = high;
    f->x[X_A0 + 2] = (uint32_t)status;
}

#define ECALL_BYTES 4u

void port_note(struct port_frame *f, uint64_t note)
{
    f->x[X_A0] = (uint32_t)note;
    f->x[X_A0 + 1] = (uint32_t)(note >> 32);
}

void port_again(struct port_frame *f, uint32_t word, uint64_t note)
{
    f->x[X_A0 + 2] = (uint32_t)note;
    f->x[X_A0 + 3] = (uint32_t)(note >> 32);
    f->x[X_A7] = word;
    f->x[X_PC] -= ECALL_BYTES;
}

// ---- The way out: entry.S takes it

port_resume port_switch(const struct thread *t)
{
    return (uintptr_t)t;
}

struct port_frame *port_resumed(port_resume how)
{
    return (struct port_frame *)(how & ~(PUSHED | POPPED));
}

// The record has room for thirteen: a0-a7, then s0-s4.
void port_fault_registers(struct cmrx_fault *fault,
                          const struct port_context *c)
{
    static const uint8_t told[] = { 10, 11, 12, 13, 14, 15, 16,
                                    17, 8,  9,  18, 19, 20 };

#pragma GCC unroll 13
    for (unsigned i = 0; i < sizeof told; i++)
        fault->r[i] = c->frame.x[told[i]];
    fault->lr = c->frame.x[X_RA];
    fault->pc = c->frame.x[X_PC] & ~INTERRUPTED;
    if (fault->pc == c->frame.x[X_PC])
        fault->r[5] = fault->r[6] = 0;
}

// ---- Calls
//
// Below the caller's stack pointer, from high to low:
//     s0-s11, ra, gp, tp, pc, kept by the kernel         64 bytes
//     ---- floor; the cut is here or lower
//     what is lent
//     the callee's frames

static const uint8_t kept_x[] = { X_PC, X_RA, 3,  4,  8,  9,  18, 19,
                                  20,   21,   22, 23, 24, 25, 26, 27 };
enum { KEPT_COUNT = sizeof kept_x, KEPT_RA = 1, KEPT_S2 = 6 };
_Static_assert(KEPT_COUNT * sizeof(uint32_t) == KEPT_BYTES, "");

// A compiler that loads all of them first has no registers left.
#define ONE_BY_ONE() __asm__ volatile("" ::: "memory")

uintptr_t port_call_floor(uintptr_t sp)
{
    return sp - KEPT_BYTES;
}

static uint32_t *kept_at(uintptr_t sp)
{
    return (uint32_t *)(sp - KEPT_BYTES);
}

// Believed: the stack pointer (kernel_syscall) and sp (room_check, both in
// syscall.c).
port_resume port_call_push(struct port_context *c, uintptr_t sp, uintptr_t pc,
                           uintptr_t gate, uintptr_t self)
{
    struct port_frame *f = &c->frame;
    uint32_t *kept = kept_at(f->x[X_SP]);

#pragma GCC unroll 16
    for (unsigned i = 0; i < KEPT_COUNT; i++) {
        kept[i] = f->x[kept_x[i]];
        ONE_BY_ONE();
    }
    f->x[X_PC] = pc;
    f->x[X_RA] = gate;
    f->x[X_SP] = sp & ~15u;
    f->x[X_A0 + 4] = self;
    return (uintptr_t)c | PUSHED;
}

// Believed: sp, from the kernel's record of the call; and what lies below it,
// which was above the cut since.
port_resume port_call_pop(struct port_context *c, uintptr_t sp)
{
    c->frame.x[X_SP] = sp;
    return (uintptr_t)c | POPPED;
}

static void pushed_park(struct port_frame *f)
{
    uint32_t self = f->x[X_A0 + 4];

#pragma GCC unroll 4
    for (unsigned i = 4; i > 0; i--)
        f->x[X_A0 + i] = f->x[X_A0 + i - 1];
    f->x[X_A0] = self;
    clear(f, 3, 4);
    clear(f, 8, 9);
    clear(f, X_A7, 27);
}

static void popped_park(struct port_frame *f)
{
    const uint32_t *kept = kept_at(f->x[X_SP]);

#pragma GCC unroll 16
    for (unsigned i = 0; i < KEPT_COUNT; i++) {
        f->x[kept_x[i]] = kept[i];
        ONE_BY_ONE();
    }
    clear(f, X_A0 + 3, X_A0 + 4);
    clear(f, X_A7, X_A7);
}

void port_park(struct port_context *c, port_resume how)
{
    if ((how & PUSHED) != 0)
        pushed_park(&c->frame);
    else
        popped_park(&c->frame);
}

// The ecall may be in the library's stub, which tells nobody anything; by
// convention (trap.h) ra says where in the program the call is.
uintptr_t port_call_pc(uintptr_t sp)
{
    return kept_at(sp)[KEPT_RA];
}

uint64_t port_call_deadline(uintptr_t sp)
{
    return kept_at(sp)[KEPT_S2] | (uint64_t)kept_at(sp)[KEPT_S2 + 1] << 32;
}

// ---- Protection

port_cut port_stack_cut(const struct port_stack *s, uint32_t slice)
{
    return s->low + (slice >> 2);
}

static uint32_t napot(uint32_t base, uint32_t size) // both divided by 4
{
    return base | (size / 2 - 1);
}

// Without top of range: so many eighths of a power of two, by two entries. The
// second shows a power of two of them; the first adds some above, or (of 7) takes
// away the last, for it is looked at before the second.
static uint32_t eighths_load(const struct port_stack *s, uint32_t cut)
{
    static const uint8_t shown[] = { 0, 1, 2, 2, 4, 4, 4, 8, 8 };
    static const uint8_t more[] = { 0, 0, 0, 1, 0, 1, 2, 1, 0 };
    uint32_t eighth = 1u << (s->shift - 2), n = (cut - s->low) / eighth;
    uint32_t config = 0;

    if (n > 8)
        return 0;
    if (shown[n] != 0)
        config = (PMP_NAPOT | PMP_READ_WRITE) << 8;
    CSR_WRITE(pmpaddr5, napot(s->low, shown[n] * eighth));
    if (more[n] != 0)
        config |= PMP_NAPOT | (n == 7 ? 0 : PMP_READ_WRITE);
    CSR_WRITE(pmpaddr4, napot(s->low + (n - (n == 7 ? 0 : more[n])) * eighth,
                              more[n] * eighth));
    return config;
}

// Of a wide system, in which a map has entries 8 to 15, too.
static inline void more_load(const struct port_region map[PORT_MAP])
{
    if (!KERNEL_WIDE)
        return;
    const struct port_region *more = map + PORT_MAP - 8;
    CSR_WRITE(pmpaddr8, more[0].address);
    CSR_WRITE(pmpaddr9, more[1].address);
    CSR_WRITE(pmpaddr10, more[2].address);
    CSR_WRITE(pmpaddr11, more[3].address);
    CSR_WRITE(pmpcfg2, more[0].config);
    CSR_WRITE(pmpaddr12, more[4].address);
    CSR_WRITE(pmpaddr13, more[5].address);
    CSR_WRITE(pmpaddr14, more[6].address);
    CSR_WRITE(pmpaddr15, more[7].address);
    CSR_WRITE(pmpcfg3, more[4].config);
}

// No barrier: what M mode writes here holds for the program that mret leads to
// (3.7.2: SFENCE.VMA is for who has virtual memory). The stack last of all: of the
// usual one no register has to be kept.
void port_map(const struct port_region map[PORT_MAP],
              const struct port_stack *stack, port_cut cut,
              const struct port_region *caller,
              const struct port_region *origin)
{
    uint32_t lent = caller->config | origin->config;

    CSR_WRITE(pmpaddr0, map[0].address);
    CSR_WRITE(pmpaddr1, map[1].address);
    CSR_WRITE(pmpaddr2, map[2].address);
    CSR_WRITE(pmpaddr3, map[3].address);
    CSR_WRITE(pmpcfg0, map[0].config);
    more_load(map);
    CSR_WRITE(pmpaddr6, caller->address);
    CSR_WRITE(pmpaddr7, origin->address);
    if (!top_of_range) {
        CSR_WRITE(pmpcfg1, lent | eighths_load(stack, cut));
        return;
    }
    CSR_WRITE(pmpaddr4, stack->low);
    CSR_WRITE(pmpaddr5, cut);
    CSR_WRITE(pmpcfg1, lent | STACK_CONFIG);
}

// No instruction does it; the compiler's own way is a call, of which registers have
// to be kept.
__attribute__((always_inline)) inline unsigned port_highest(uint32_t bits)
{
    unsigned n = 0;

#pragma GCC unroll 3
    for (unsigned half = 16; half >= 4; half /= 2)
        if (bits >> half != 0) {
            bits >>= half;
            n += half;
        }
    return n + (0xffffaa50u >> 2 * bits & 3u); // of 0..15, two bits for each
}

void port_zero(uintptr_t base, uintptr_t size)
{
    for (uint32_t *at = (uint32_t *)base, *end = (uint32_t *)(base + size);
         at != end; at += 8)
        at[0] = at[1] = at[2] = at[3] = at[4] = at[5] = at[6] = at[7] = 0;
}

// A refusal goes on behind it as if there had been none: what a trap changes is as it
// was before.
void port_quiesce(uintptr_t address, uint32_t value)
{
    uint32_t status = CSR_READ(mstatus), pc = CSR_READ(mepc);

    __asm__ volatile(GUARDED("sw %1, (%0)\n\t"
                             "fence iorw, iorw")
                     :
                     : "r"(address), "r"(value)
                     : "t0", "memory");
    CSR_WRITE(mepc, pc);
    CSR_WRITE(mstatus, status);
}

// ---- Faults (3.1.15)

static const uint8_t kinds[] = {
    CMRX_FAULT_STATE,       // 0 instruction address misaligned
    CMRX_FAULT_EXECUTE,     // 1 instruction access fault
    CMRX_FAULT_INSTRUCTION, // 2
    CMRX_FAULT_BREAKPOINT,  // 3
    CMRX_FAULT_ALIGNMENT,   // 4 load
    CMRX_FAULT_ACCESS,      // 5 load
    CMRX_FAULT_ALIGNMENT,   // 6 store
    CMRX_FAULT_ACCESS,      // 7 store
};

#define OF_AN_ADDRESS 0xf2u // the causes 1, and 4 to 7

// mtval may be 0 always (3.1.16): then the address is not known.
port_resume fault_enter(void)
{
    uint32_t cause = CSR_READ(mcause), value = CSR_READ(mtval);
    bool is_known = cause < sizeof kinds;
    struct port_fault fault = {
        .cause = cause,
        .kind = is_known ? kinds[cause] : CMRX_FAULT_STATE,
        .flags = CMRX_FAULT_HAS_FRAME,
    };

    if (mtval_tells && is_known && (OF_AN_ADDRESS >> cause & 1) != 0) {
        fault.address = value;
        fault.flags |= CMRX_FAULT_HAS_ADDRESS;
    }
    return kernel_fault(&fault);
}
