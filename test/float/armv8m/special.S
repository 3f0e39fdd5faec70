// special.S - instructions of the Secure state: see special.h.

#define CMRX_SYSCALL(number, name, words) .equ SYS_##name, number
#include <cmrx/syscalls.def>

    .syntax unified
    .thumb
    .fpu    fpv5-sp-d16
    .text

    .equ SFPA, 8                    // of CONTROL: without privilege, too

// Afterwards CONTROL.FPCA is set, and the registers are as before. Changes r0.
    .macro activate context
    movs    r0, #SFPA
    msr     control, r0
    isb
    vlstm   \context
    vlldm   \context
    .endm

    .global special_active
    .thumb_func
    .type special_active, %function
special_active:
    push    {r4, r5, r6, r7, lr}
    mov     r4, sp
    mov     r5, r0
    mov     r6, r1
    mov     r7, r2
1:  activate r5
    movs    r2, r7
    beq     3f
2:  subs    r2, r2, #1
    bne     2b
3:  mov     r12, #SYS_TIME          // behind it, it is not active, in any case
    svc     #0
    subs    r6, r6, #1
    bne     1b
    mov     r0, sp
    sub     r0, r4, r0
    mov     sp, r4
    pop     {r4, r5, r6, r7, pc}

    .global special_call
    .thumb_func
    .type special_call, %function
special_call:
    push    {r4, r7, lr}
    mov     r7, sp
    mov     r12, r0
    activate r1
    movs    r4, #0                  // nothing is lent
    mov     lr, pc
    svc     #0
    mov     sp, r7
    mov     r1, r2
    pop     {r4, r7, pc}

    .global special_store
    .thumb_func
    .type special_store, %function
special_store:
    movs    r1, #SFPA
    msr     control, r1
    isb
    vlstm   r0
    bx      lr
