// processor.h (armv7m) - how a method does what no processor but this one says so.

#ifndef PROCESSOR_H
#define PROCESSOR_H

#include <cmrx/fault.h>

#include <stdbool.h>
#include <stdint.h>

static inline void probe_undefined(void)
{
    __asm__ volatile("udf #0");
}

static inline void probe_breakpoint(void)
{
    __asm__ volatile("bkpt #1");
}

static inline uint32_t probe_divide(uint32_t a, uint32_t b)
{
    return a / b;
}

// Something in registers that the compiler never uses: there are none.
static inline void probe_fill(void)
{
}

// In what is highest on the stack when a method has returned: the frame of its trap.
static inline void probe_leave(uint32_t dirt)
{
    register uint32_t r3 __asm__("r3") = dirt;

    __asm__ volatile("" : : "r"(r3));
}

static inline bool probe_is_filled(void)
{
    return true;
}

// What a record says of these. A frame that could not be put on the stack is none.
#define PROBE_DIVIDE_KIND     CMRX_FAULT_DIVIDE
#define PROBE_LOST_KIND       CMRX_FAULT_POINTER
#define PROBE_FRAME_BYTES     32u // below the stack pointer of the program
#define PROBE_FRAME_LOST      true
// Is there one of who comes to the low end of its stack, and who leaps below it?
#define PROBE_END_HAS_FRAME   true
#define PROBE_LEAP_HAS_FRAME  false
// Has leaving the Secure state a cause, where there is one to leave?
#define PROBE_LEAVE_HAS_CAUSE true

// A word of the kernel's that makes an interrupt come.
#define PROBE_REGISTER        0xe000ef00u // STIR: CCR may let programs write it

#endif
