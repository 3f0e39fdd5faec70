// divide.S (armv6m) - unsigned division, for the kernel: divide.c says how.

    .syntax unified
    .thumb

    .equ LOW, 4                     // of struct reciprocal
    .equ HIGH, 6
    .equ NEXT, 8

    .section .text.divide, "ax"

// n in r0, d in r1. The quotient in r0, the rest in r1: so it is both of these.
// Halves of n times halves of the reciprocal, of which the high word is the quotient, or
// 1 less. No branch depends on n.
    .global __aeabi_uidiv
    .global __aeabi_uidivmod
    .thumb_func
__aeabi_uidiv:
    .thumb_func
__aeabi_uidivmod:
    push    {r4-r6, lr}
    ldr     r6, =reciprocals
    ldr     r2, [r6]
    cmp     r2, r1
    bne     another
known:
    ldrh    r2, [r6, #LOW]
    ldrh    r3, [r6, #HIGH]
multiply:
    uxth    r4, r0
    lsrs    r5, r0, #16
    movs    r6, r4
    muls    r6, r2                  // low * LOW
    muls    r4, r3                  // low * HIGH
    muls    r2, r5                  // high * LOW
    muls    r3, r5                  // high * HIGH
    lsrs    r6, r6, #16
    adds    r2, r2, r6
    uxth    r6, r2
    adds    r4, r4, r6
    lsrs    r2, r2, #16
    lsrs    r4, r4, #16
    adds    r3, r3, r2
    adds    r3, r3, r4
    movs    r2, r3
    muls    r2, r1
    subs    r2, r0, r2              // the rest, or d more
    movs    r0, #0
    cmp     r2, r1
    adcs    r0, r3
    subs    r3, r0, r3
    muls    r3, r1
    subs    r1, r2, r3
    pop     {r4-r6, pc}

another:
    cmp     r1, #1
    bls     1f
    adds    r6, #NEXT
    ldr     r2, [r6]
    cmp     r2, r1
    beq     known
    movs    r4, r0
    movs    r5, r1
    movs    r0, r1
    bl      reciprocal_of
    uxth    r2, r0
    lsrs    r3, r0, #16
    movs    r0, r4
    movs    r1, r5
    b       multiply
1:  movs    r1, #0
    pop     {r4-r6, pc}

    .pool
