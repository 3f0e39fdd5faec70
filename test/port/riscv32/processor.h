// processor.h (riscv32) - how a method does what no processor but this one says so.

#ifndef PROCESSOR_H
#define PROCESSOR_H

#include <cmrx/fault.h>

#include <stdbool.h>
#include <stdint.h>

static inline void probe_undefined(void)
{
    __asm__ volatile("unimp");
}

static inline void probe_breakpoint(void)
{
    __asm__ volatile("ebreak");
}

// Division by zero has a result here. It is the compiler's, or the program's, to
// look: as those who do end it.
static inline uint32_t probe_divide(uint32_t a, uint32_t b)
{
    if (b == 0)
        probe_breakpoint();
    return a / b;
}

// Something in registers that the compiler never uses.
static inline void probe_fill(void)
{
    __asm__ volatile("li gp, 0x333\n\t"
                     "li tp, 0x444");
}

// In what is highest on the stack when a method has returned: nothing is.
static inline void probe_leave(uint32_t dirt)
{
    (void)dirt;
}

static inline bool probe_is_filled(void)
{
    uint32_t global, thread;

    __asm__ volatile("mv %0, gp\n\t"
                     "mv %1, tp"
                     : "=r"(global), "=r"(thread));
    return global == 0x333 && thread == 0x444;
}

// What a record says of these. A frame is in the context: it is never lost.
#define PROBE_DIVIDE_KIND     CMRX_FAULT_BREAKPOINT
#define PROBE_LOST_KIND       CMRX_FAULT_ACCESS
#define PROBE_FRAME_BYTES     0u
#define PROBE_FRAME_LOST      false
// Is there one of who comes to the low end of its stack, and who leaps below it?
#define PROBE_END_HAS_FRAME   true
#define PROBE_LEAP_HAS_FRAME  true
// Has leaving the Secure state a cause, where there is one to leave?
#define PROBE_LEAVE_HAS_CAUSE true

// A word of the kernel's that makes an interrupt come.
#define PROBE_REGISTER        0x02000000u // CLINT: msip

#endif
