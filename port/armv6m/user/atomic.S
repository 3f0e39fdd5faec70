// atomic.S (armv6m) - read, change and write a word, as if at once.
//
// There are no exclusive loads and stores. What could come between is only an
// interrupt: it is the kernel that lets others run, or posts to the word. So a
// sequence that was interrupted before its store is begun anew: r12 has the
// complement of its end (no system call word and hardly a number looks like that),
// and the kernel moves a pc that lies in the SEQUENCE bytes before that end to the
// first of these (rewind() in port.c). Nothing there may change what the
// sequence begins with, and only its last instruction may store.
//
// These are the functions that the compiler calls for its __atomic builtins:
// r0 the word, r1 the operand; returns what was there.

    .syntax unified
    .thumb

    .equ SEQUENCE, 8

// A sequence begins here: rewind() knows this MOV. Changes r3.
    .macro begin
    nop                             // so that the end is a multiple of 4
    adr     r3, 9f
    mvns    r3, r3
    mov     r12, r3
8:
    .endm

    .macro end
    .if (. - 8b) != SEQUENCE
    .error "a sequence has exactly SEQUENCE bytes"
    .endif
9:
    .endm

    .macro function name
    .section .text.\name, "ax", %progbits
    .balign 4
    .global \name
    .type \name, %function
    .thumb_func
\name:
    .endm

    .macro leave name
    movs    r0, r2
    bx      lr
    .size \name, . - \name
    .endm

    function __atomic_exchange_4
    begin
    nop
    nop
    ldr     r2, [r0]
    str     r1, [r0]
    end
    leave   __atomic_exchange_4

    .macro fetch_and_change name, instruction
    function \name
    begin
    ldr     r2, [r0]
    movs    r3, r2
    \instruction r3, r3, r1
    str     r3, [r0]
    end
    leave   \name
    .endm

    fetch_and_change __atomic_fetch_add_4, adds
    fetch_and_change __atomic_fetch_sub_4, subs
    fetch_and_change __atomic_fetch_and_4, ands
    fetch_and_change __atomic_fetch_or_4, orrs
    fetch_and_change __atomic_fetch_xor_4, eors

// bool __atomic_compare_exchange_4(word, expected, desired, ...): r1 the address
// of what is expected there, r2 what shall be. Tells what was there instead.
    function __atomic_compare_exchange_4
    push    {r4, lr}
    ldr     r4, [r1]
    begin
    ldr     r3, [r0]
    cmp     r3, r4
    bne     1f
    str     r2, [r0]
    end
    movs    r0, #1
    pop     {r4, pc}
1:  str     r3, [r1]
    movs    r0, #0
    pop     {r4, pc}
    .size __atomic_compare_exchange_4, . - __atomic_compare_exchange_4
