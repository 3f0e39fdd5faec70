// port.c (armv7m) - the seam: registers, calls, protection, interrupts.

#include "armv7m.h"
#include "kernel.h"
#include "registers.h"

// The stack pointer is user code's word. It is believed only where the kernel
// has asked port_frame_valid() (kernel_syscall, frame_is_known), or where the
// kernel has built the frame itself; a thread that does not run cannot change
// it, and no other thread can reach its stack.
static uint32_t *frame_of(const struct port_context *c)
{
    return (uint32_t *)(uintptr_t)c->sp;
}

// ---- Registers

// A frame that an exception return takes to `e`. All it does not say is 0.
static void frame_build(uint32_t *frame, const struct port_entry *e)
{
    for (unsigned i = 0; i < 4; i++)
        frame[FRAME_R0 + i] = e->arg[i];
    frame[FRAME_R12] = 0;
    frame[FRAME_LR] = e->gate;
    frame[FRAME_PC] = e->pc & ~1u;
    frame[FRAME_PSR] = 1u << 24; // Thumb
}

static void context_enter(struct port_context *c, uint32_t *frame,
                          const struct port_entry *e)
{
    frame_build(frame, e);
    for (unsigned i = 0; i < 8; i++)
        c->r4[i] = 0;
    c->sp = (uint32_t)frame;
}

void port_context_init(struct port_context *c, const struct port_entry *e)
{
    context_enter(c, (uint32_t *)(e->sp - PORT_FRAME_BYTES), e);
}

// The processor aligns the frame to 8, so a value that is not is not one it
// has put there.
bool port_frame_valid(const struct port_context *c, uintptr_t low,
                      uintptr_t high)
{
    return c->sp % 8 == 0 && c->sp >= low && c->sp < high &&
           high - c->sp >= PORT_FRAME_BYTES;
}

uint32_t port_word(const struct port_context *c)
{
    return frame_of(c)[FRAME_R12];
}

uint32_t port_argument(const struct port_context *c, unsigned n)
{
    return frame_of(c)[FRAME_R0 + n];
}

uint32_t port_lent(const struct port_context *c)
{
    return c->r4[0];
}

uintptr_t port_sp(const struct port_context *c)
{
    return c->sp;
}

void port_reply(struct port_context *c, uint32_t low, uint32_t high,
                int32_t status)
{
    uint32_t *frame = frame_of(c);

    frame[FRAME_R0] = low;
    frame[FRAME_R0 + 1] = high;
    frame[FRAME_R0 + 2] = (uint32_t)status;
    frame[FRAME_R0 + 3] = 0;
    frame[FRAME_R12] = 0;
}

void port_fault_registers(struct cmrx_fault *fault,
                          const struct port_context *c)
{
    const uint32_t *frame = frame_of(c);

    for (unsigned i = 0; i < 8; i++)
        fault->r[4 + i] = c->r4[i];
    if ((fault->flags & CMRX_FAULT_HAS_FRAME) == 0)
        return;
    for (unsigned i = 0; i < 4; i++)
        fault->r[i] = frame[FRAME_R0 + i];
    fault->r[12] = frame[FRAME_R12];
    fault->lr = frame[FRAME_LR];
    fault->pc = frame[FRAME_PC];
    fault->psr = frame[FRAME_PSR];
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

// Believed: c->sp (kernel_syscall) and e->sp (room_check, both in syscall.c).
void port_call_push(struct port_context *c, const struct port_entry *e)
{
    uint32_t *kept = (uint32_t *)(c->sp - KEPT_BYTES);
    uint32_t *fourth = (uint32_t *)(e->sp - 8);

    for (unsigned i = 0; i < 8; i++)
        kept[i] = c->r4[i];
    *fourth = e->arg[4];
    context_enter(c, fourth - PORT_FRAME_BYTES / sizeof *fourth, e);
}

// Believed: sp, from the kernel's record of the call; and what lies below it,
// which was above the cut since.
void port_call_pop(struct port_context *c, uintptr_t sp)
{
    const uint32_t *kept = (const uint32_t *)(sp - KEPT_BYTES);

    for (unsigned i = 0; i < 8; i++)
        c->r4[i] = kept[i];
    c->sp = (uint32_t)sp;
}

// The SVC is in the library's stub, which tells nobody anything; by convention
// (trap.h) lr is where the program goes on.
uintptr_t port_call_pc(uintptr_t sp)
{
    return ((const uint32_t *)sp)[FRAME_LR] & ~1u;
}

// ---- Protection (DDI 0403E B3.5)

#define REGION_STACK 5u

// The eighths of the stack's region that lie below the cut: B3.5.9, SRD.
static uint32_t stack_attributes(const struct port_stack *s, uintptr_t top)
{
    uint32_t below = (top - (s->rbar & ~0x1fu)) / s->granule;
    uint32_t disabled = 0xffu << below & 0xffu;

    return s->rasr | disabled << 8;
}

static void region_load(const struct port_region *r)
{
    MPU_RBAR = r->rbar;
    MPU_RASR = r->rasr;
}

static void lent_load(unsigned number, const struct port_region *r)
{
    static const struct port_region none = { 0x10u, 0 };

    if (r != NULL) {
        region_load(r);
    } else {
        MPU_RBAR = none.rbar | number;
        MPU_RASR = none.rasr;
    }
}

// Off meanwhile: a new base with an old size is no region that could be (B3.5.8)
// and the kernel needs none. No barrier more is needed: the exception return
// synchronizes (A3.7.3).
void port_map(const struct port_region map[PORT_MAP],
              const struct port_stack *stack, uintptr_t top,
              const struct port_region *caller,
              const struct port_region *origin)
{
    MPU_CTRL = 0;
    for (unsigned i = 0; i < PORT_MAP; i++)
        region_load(&map[i]);
    MPU_RBAR = stack->rbar;
    MPU_RASR = stack_attributes(stack, top);
    lent_load(REGION_STACK + 1, caller);
    lent_load(REGION_STACK + 2, origin);
    MPU_CTRL = MPU_CTRL_ON;
    __asm__ volatile("dsb" ::: "memory");
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

// ---- The machine

static void priorities_init(void)
{
    for (unsigned exception = 4; exception < 7; exception++)
        SHPR(exception) = PRIORITY_FAULT;
    SHPR(11) = SHPR(14) = SHPR(15) = PRIORITY_KERNEL; // SVC, PendSV, SysTick
    for (unsigned line = 0; line < interrupt_lines; line++)
        NVIC_IPR(line) = PRIORITY_KERNEL;
}

static void protection_init(void)
{
    MPU_CTRL = 0;
    for (unsigned i = 0; i < REGIONS; i++) {
        MPU_RBAR = 0x10u | i;
        MPU_RASR = 0;
    }
    region_load(&public_map);
    MPU_CTRL = MPU_CTRL_ON;
    barrier();
}

void port_init(void)
{
    CCR |= CCR_STKALIGN | CCR_DIV_0_TRP;
    SHCSR |= SHCSR_FAULTS;
    priorities_init();
    clock_start();
}

const char *port_refusal(void)
{
    if ((MPU_TYPE >> 8 & 0xff) < REGIONS)
        return "refused to start: no memory protection unit with 8 regions";
    if (SHPR(11) != PRIORITY_KERNEL)
        return "refused to start: exception priorities cannot be set";
    protection_init();
    return selftest_refusal();
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
