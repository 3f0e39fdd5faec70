// reset.S - where the processor begins, and what a loader has left in it.
//
// Behind a reset nothing of this is needed. A loader jumps here, with exceptions
// masked, on a stack of its own, under a map of its own; the rest of what he has
// left is for C (reset.c).

    .syntax unified
    .thumb

#include <reset.inc>

    .equ MPU_CTRL, 0xe000ed94

    .section .text.reset, "ax"

// No function may have run: the stack may be where the map allows none.
    .global cmrx_reset
    .thumb_func
cmrx_reset:
    cpsid   i
    movs    r0, #0
    ldr     r1, =MPU_CTRL
    str     r0, [r1]
    forget  r0
    msr     control, r0             // the main stack; no floating point in use
    dsb
    isb
    ldr     r0, =cmrx_kernel_stack_top
    msr     msp, r0
    bl      reset_in_c

    .pool
