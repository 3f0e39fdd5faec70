// float.S (armv7m) - into and out of the kernel while floating point can be used.
// What it is about: float.c.

    .syntax unified
    .thumb

    .if KERNEL_FLOAT
    .fpu    fpv4-sp-d16

#include "entry.inc"
#include <unit.inc>

    .equ CPACR, 0xe000ed88
    .equ VTOR, -0x80                // from there
    .equ USAGE, 6

// While it can be used. Aligned to what holds all of it (B3.2.5).
    .section .rodata.float_vectors, "a"
    .if BOARD_IRQ_LINES <= 16
    .balign 128
    .elseif BOARD_IRQ_LINES <= 48
    .balign 256
    .elseif BOARD_IRQ_LINES <= 112
    .balign 512
    .elseif BOARD_IRQ_LINES <= 240
    .balign 1024
    .else
    .balign 2048
    .endif
    .global float_vectors
float_vectors:
    .word   cmrx_kernel_stack_top
    .rept   15 + BOARD_IRQ_LINES
    .word   float_off
    .endr

    .section .text.entry, "ax"

// First of all whatever the exception is: take it back, and the vectors; then as
// if it had never been. r0-r3 and r12 are in the frame, if there is one. A
// UsageFault is not for want of floating point, for it was there.
    .global float_off
    .thumb_func
float_off:
    ldr     r0, =CPACR
    movs    r1, #0
    str     r1, [r0]
    ldr     r2, =cmrx_vectors
    str     r2, [r0, #VTOR]
    dsb
    off_now
    .global float_settled
float_settled:
    mrs     r3, ipsr
    cmp     r3, #USAGE
    beq.w   entry_fault
    ldr     pc, [r2, r3, lsl #2]

// UsageFault while it cannot be used: like entry_fault.
    .global entry_float
    .thumb_func
entry_float:
    settle
    and     r0, lr, #12
    cmp     r0, #12
    .if KERNEL_LATE
    bne.w   entry_late
    .endif
    bne.w   entry_wrong
    save
    bl      float_fault
    leave

// void float_keep(uint32_t *words): s0-s31 and FPSCR, to there; and VPR.
    .global float_keep
    .thumb_func
    .type float_keep, %function
float_keep:
    unpredicated r2, r3
    vstmia  r0!, {s0-s31}
    vmrs    r1, fpscr
    str     r1, [r0], #4
    keep_predicates r2, r0
    bx      lr

// void float_take(const uint32_t *words): from there.
    .global float_take
    .thumb_func
    .type float_take, %function
float_take:
    unpredicated r2, r3
    vldmia  r0!, {s0-s31}
    ldr     r1, [r0], #4
    vmsr    fpscr, r1
    take_predicates r0, r1
    bx      lr

    .pool
    .endif
