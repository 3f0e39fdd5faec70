// registers.S - see registers.h.

#define CMRX_SYSCALL(number, name, words) .equ SYS_##name, number
#include <cmrx/syscalls.def>

    .syntax unified
    .thumb
    .fpu    fpv4-sp-d16
#if __ARM_FEATURE_MVE
    .arch_extension mve
#endif
    .text

// Predicates, and what says of the tail of a loop how many elements it has, and that a
// vector was saturated: r0 the tag, r2 FPSCR, which is loaded. Changes r2, r3.
    .macro fill_vectors
#if __ARM_FEATURE_MVE
    eor     r3, r0, r0, lsr #8
    vmsr    p0, r3
    tst     r0, #4
    ite     eq
    andeq   r3, r0, #3
    movne   r3, #4
    orr     r2, r2, r3, lsl #16
    and     r3, r0, #8
    orr     r2, r2, r3, lsl #24
#endif
    .endm

// P0, or 0, to where `to` points. Changes r3.
    .macro look_vectors to
    mov     r3, #0
#if __ARM_FEATURE_MVE
    vmrs    r3, p0
#endif
    str     r3, [\to]
    .endm

// From here on the compiler's own loops are no fault. Changes r3.
    .macro loops_again
#if __ARM_FEATURE_MVE
    vmrs    r3, fpscr
    bic     r3, r3, #7 << 16
    orr     r3, r3, #4 << 16
    vmsr    fpscr, r3
#endif
    .endm

// r0 the tag. Changes r0-r3.
    .macro fill
    lsl     r1, r0, #8
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    add     r2, r1, #\n
    vmov    s\n, r2
    .endr
    .irp    n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    add     r2, r1, #\n
    vmov    s\n, r2
    .endr
    and     r2, r0, #3
    lsl     r2, r2, #22
    and     r3, r0, #0x1f
    orr     r2, r2, r3
    fill_vectors
    vmsr    fpscr, r2
    .endm

    .macro look to
    vstmia  \to!, {s0-s31}
    vmrs    r3, fpscr
    str     r3, [\to], #4
    look_vectors \to
    loops_again
    .endm

    .global registers_fill
    .thumb_func
    .type registers_fill, %function
registers_fill:
    fill
    bx      lr

    .global registers_look
    .thumb_func
    .type registers_look, %function
registers_look:
    look    r0
    bx      lr

    .global registers_across
    .thumb_func
    .type registers_across, %function
registers_across:
    push    {r4, r5, r6, lr}
    mov     r4, r1
    mov     r5, r2
    fill
    movs    r4, r4
    beq     1f
2:  subs    r4, r4, #1
    bne     2b
    b       3f
1:  mov     r12, #SYS_TIME
    svc     #0
3:  look    r5
    pop     {r4, r5, r6, pc}

    .global registers_depth
    .thumb_func
    .type registers_depth, %function
registers_depth:
    push    {r4, lr}
    mov     r4, r0
    mov     r0, #0x55
    fill
    ldr     r2, =0xd127d127
    sub     r1, sp, #256
    mov     r3, sp
1:  str     r2, [r1], #4
    cmp     r1, r3
    bne     1b
2:  subs    r4, r4, #1
    bne     2b
    vmov    r0, s0                  // still in use
    mov     r1, r3
    loops_again
    mov     r3, r1
    sub     r1, sp, #256
3:  ldr     r0, [r1], #4
    cmp     r1, r3
    beq     4f
    cmp     r0, r2
    beq     3b
4:  sub     r1, r1, #4
    sub     r0, r3, r1
    lsr     r0, r0, #2
    pop     {r4, pc}

    .global registers_coprocessor
    .thumb_func
    .type registers_coprocessor, %function
registers_coprocessor:
    mov     r0, #1
    vmov    s0, r0
    .inst.w 0xee000010              // MCR p0, 0, r0, c0, c0, 0
    bx      lr

    .pool
