// clint_plic.c - the clock, and lines of interrupts, of a machine with RISC-V harts
// that has a CLINT and a PLIC. What it does is said in kernel/port.h and riscv32.h; a
// machine with others has another folder in place of this.

#include "internal.h"
#include "clint_plic.h"

// ---- The clock: mtime counts on, mtimecmp says when the alarm comes

static uint32_t restarted; // what mtime was then, its lower half

uint32_t port_clock_elapsed(void)
{
    return CLINT_MTIME - restarted;
}

static uint64_t clock_now(void)
{
    uint32_t low, high;

    do {
        high = CLINT_MTIME_HIGH;
        low = CLINT_MTIME;
    } while (high != CLINT_MTIME_HIGH);
    return (uint64_t)high << 32 | low;
}

// Not early in between: 3.2.1 has this order.
static void alarm_at(uint64_t then)
{
    CLINT_MTIMECMP = UINT32_MAX;
    CLINT_MTIMECMP_HIGH = (uint32_t)(then >> 32);
    CLINT_MTIMECMP = (uint32_t)then;
}

uint32_t port_clock_restart(uint32_t ticks)
{
    uint64_t now = clock_now();
    uint32_t elapsed = (uint32_t)now - restarted;

    restarted = (uint32_t)now;
    alarm_at(now + ticks);
    return elapsed;
}

// External and software interrupts come before the timer's (3.1.9). That it is pending
// is seen "eventually" (3.2.1): before that no thread may go on.
uint32_t port_clock_pause(void)
{
    alarm_at(0);
    while ((CSR_READ(mip) & 1u << INTERRUPT_TIMER) == 0)
        continue;
    return 0;
}

// ---- Interrupt lines: sources of the PLIC
//
// A line that has come is claimed, and stays closed at its gateway until it is
// completed: when its driver is done. A line that has to come once more without
// its device is remembered here, and the processor's own software interrupt
// stands for it.

static uint32_t pended[PLIC_WORDS];

static uint32_t bit(unsigned line)
{
    return 1u << line % 32;
}

// That it is pending is forgotten by claiming it, with no other enabled.
static void forget(unsigned line)
{
    uint32_t enabled[PLIC_WORDS];

    for (unsigned i = 0; i < PLIC_WORDS; i++) {
        enabled[i] = PLIC_ENABLE(i);
        PLIC_ENABLE(i) = 0;
    }
    PLIC_ENABLE(line / 32) = bit(line);
    (void)PLIC_CLAIM;
    for (unsigned i = 0; i < PLIC_WORDS; i++)
        PLIC_ENABLE(i) = enabled[i];
}

void port_irq_mask(unsigned line)
{
    if (line == 0 || line >= BOARD_IRQ_LINES)
        return;
    PLIC_ENABLE(line / 32) &= ~bit(line);
    pended[line / 32] &= ~bit(line);
    if ((PLIC_PENDING(line / 32) & bit(line)) != 0)
        forget(line);
}

// Completion is for an enabled line only (PLIC 1.0.0, chapter 9).
void port_irq_unmask(unsigned line)
{
    PLIC_ENABLE(line / 32) |= bit(line);
    PLIC_CLAIM = line;
}

void port_irq_again(unsigned line)
{
    pended[line / 32] |= bit(line);
    CLINT_MSIP = 1;
}

// The PLIC shows only what is enabled.
bool port_interrupt_pending(void)
{
    return (CSR_READ(mip) &
            (1u << INTERRUPT_EXTERNAL | 1u << INTERRUPT_SOFTWARE)) != 0;
}

bool port_alarm_goes_on(void)
{
    return !port_interrupt_pending();
}

static port_resume irq_again(void)
{
    for (unsigned i = 0; i < PLIC_WORDS; i++)
        if (pended[i] != 0)
            return kernel_irq(i * 32 + port_highest(pended[i]));
    CLINT_MSIP = 0; // nobody, or nobody else
    return PORT_AS_IT_CAME;
}

port_resume interrupt_enter(uint32_t cause)
{
    // A line comes before the alarm (3.1.9), also where the processor brings the
    // timer's first (QEMU 7.2): an alarm that gives way to it counts upon that.
    if (cause == INTERRUPT_TIMER &&
        (CSR_READ(mip) & 1u << INTERRUPT_EXTERNAL) == 0)
        return kernel_alarm();
    if (cause == INTERRUPT_SOFTWARE)
        return irq_again();
    return kernel_irq(
        PLIC_CLAIM); // 0: one that was forgotten, which is nobody's
}

// ---- Begin

// After a reset no line is enabled, but a soft reset leaves some.
void port_init(void)
{
    for (unsigned i = 0; i < PLIC_WORDS; i++)
        PLIC_ENABLE(i) = 0;
    for (unsigned line = 1; line < BOARD_IRQ_LINES; line++)
        PLIC_PRIORITY(line) = 1;
    PLIC_THRESHOLD = 0;
    CLINT_MSIP = 0;
    restarted = CLINT_MTIME;
}

// The alarm comes at once, and looks for what became due during boot.
void interrupts_begin(void)
{
    alarm_at(0);
}
