// late.S (armv7m) - a store that a device refuses, on processors that tell of it late.
//
// A Cortex-M7 does so of every store, also to Strongly-ordered memory (DDI 0489F
// 2.7.1; DUI 0646C 2.4.3): it may come across a system call, or an interrupt. So each
// entry waits for it first of all (`settle`), while who has done it is still the one
// who runs: the fault is his, and not a defect of the kernel, or the next thread's.

    .syntax unified
    .thumb

    .if KERNEL_LATE

#include "entry.inc"

    .equ LINES, 16                  // exceptions below
    .equ NVIC_ISPR, 0xe000e200
    .equ ICSR, 0xe000ed04
    .equ PENDSTSET, 1 << 26

    .section .text.entry, "ax"

// To `settled`, if pc, in r0, is at an entry, or behind its barrier of 4 bytes.
    .macro if_at entry
    ldr     r1, =\entry             // and 1
    subs    r1, r0, r1
    adds    r1, #1
    cmp     r1, #4
    bls     settled
    .endm

// A fault that is not from thread mode. At an entry nothing has been done yet: it goes
// on as the fault of who runs.
    .global entry_late
    .thumb_func
entry_late:
    ldr     r0, [sp, #24]           // pc
    if_at   entry_svc
    if_at   entry_irq
    if_at   entry_alarm
    .if KERNEL_FLOAT
    ldr     r1, =float_off          // and 1
    ldr     r2, =float_settled
    subs    r1, r1, #1
    subs    r2, r2, r1
    subs    r1, r0, r1
    cmp     r1, r2
    bls     settled
    .endif
    b.w     entry_inside            // quiesce.S
settled:
    ldr     r0, =fault_first
    bic     r0, r0, #1
    str     r0, [sp, #24]
    bx      lr

// In the exception that was entered. A system call is not done; an interrupt, or the
// alarm, comes once more.
    .thumb_func
fault_first:
    mrs     r0, ipsr
    subs    r0, #LINES
    bmi     1f
    lsrs    r1, r0, #5
    and     r0, r0, #31
    movs    r2, #1
    lsls    r2, r0
    ldr     r3, =NVIC_ISPR
    str     r2, [r3, r1, lsl #2]
    b       2f
1:  adds    r0, #1
    bne     2f
    ldr     r3, =ICSR
    mov     r2, #PENDSTSET
    str     r2, [r3]
2:  save
    bl      fault_enter
    leave

    .pool
    .endif
