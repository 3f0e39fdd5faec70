// trap.S - system calls with anything in any register.

#include "deed.inc"

    .macro keep
    push    {r4-r7, lr}
    mov     r4, r8
    mov     r5, r9
    mov     r6, r10
    mov     r7, r11
    push    {r4-r7}
    .endm

    .macro bring_back
    pop     {r4-r7}
    mov     r8, r4
    mov     r9, r5
    mov     r10, r6
    mov     r11, r7
    pop     {r4-r7, pc}
    .endm

// The word r0, with the arguments r1, r2, r3 and a fourth that is 0, or -1 when
// the third is: so they can make a deadline that never comes. Gives the status.
deed trap_of
    push    {r4, lr}
    mov     r12, r0
    mov     r0, r1
    mov     r1, r2
    mov     r2, r3
    movs    r4, #1
    movs    r3, #0
    cmn     r2, r4
    bne     1f
    mov     r3, r2
1:  movs    r4, #0
    svc     #0
    mov     r0, r2
    pop     {r4, pc}

// The word r0; r1 chooses what else is in all other registers.
    .balign 4
deed trap_garbage
    keep
    mov     r12, r0
    ldr     r2, =garbage
    lsls    r1, r1, #2
    ldr     r3, [r2, r1]
    .irp    r, r0, r1, r2, r4, r5, r6, r7, r8, r9, r10, r11
    mov     \r, r3
    .endr
    svc     #0
    mov     r0, r2
    bring_back
    .pool
    .balign 4
garbage:
    .word   0, 1, 3, 0x1f, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffc
    .word   0x20000000, 0xe000ed00, 0x40005000, 0x22000000, 0x55555555

// The immediate of the instruction says nothing: 1 (RETURN), 8 (THREAD_EXIT),
// 19 (SYSTEM_END), 171 and 255 are all the word in r12: TIME.
deed trap_number
    .irp    n, 1, 8, 19, 171, 255
    movs    r3, #SYS_TIME
    mov     r12, r3
    svc     #\n
    .endr
    mov     r0, r2
    bx      lr

// A call with the word r1 that lends r0 bytes, whatever lies below. One that lends
// nothing comes first and opens the door, so that this one goes the short way.
deed lend
    keep
    mov     r5, r0
    mov     r6, r1
    movs    r4, #0
    bl      call_of_zeros
    mov     r4, r5
    bl      call_of_zeros
    mov     r0, r2
    bring_back
call_of_zeros:
    mov     r12, r6
    movs    r0, #0
    movs    r1, #0
    movs    r2, #0
    movs    r3, #0
    svc     #0
    bx      lr

// Into the return gate at r0, with r1 for a result.
deed gate
    movs    r2, #2
    mvns    r2, r2
    mov     lr, r2
    movs    r2, #1
    orrs    r2, r0
    mov     r0, r1
    movs    r1, #0
    bx      r2

// Returns with an EXC_RETURN for a way back, a stack pointer of its own choice
// and every register changed: the kernel's record decides.
deed return_forged
    mov     r2, r0
    ldr     r4, =0xfeedface
    .irp    r, r5, r6, r7, r8, r9, r10, r11
    mov     \r, r4
    .endr
    movs    r0, #6
    mvns    r0, r0
    mov     lr, r0
    movs    r0, #SYS_RETURN
    mov     r12, r0
    mov     r0, r1
    movs    r1, #0
    sub     sp, #8
    svc     #0
    udf     #1
    .pool

// To r0 with r12 = TIME, for a trap that lies there.
deed jump_with
    movs    r1, #SYS_TIME
    mov     r12, r1
    movs    r1, #1
    orrs    r0, r1
    bx      r0

// Method: the stack pointer at its entry.
    .section .text.attack_stack_pointer, "ax", %progbits
    .global attack_stack_pointer
    .thumb_func
attack_stack_pointer:
    mov     r0, sp
    bx      lr

// Method: or of the registers that carry nothing, and of the flags.
    .section .text.attack_registers, "ax", %progbits
    .global attack_registers
    .thumb_func
attack_registers:
    mrs     r0, apsr
    lsrs    r0, r0, #27
    .irp    r, r4, r5, r6, r7
    orrs    r0, \r
    .endr
    .irp    r, r8, r9, r10, r11, r12
    mov     r1, \r
    orrs    r0, r1
    .endr
    bx      lr

// More than 4 KiB of code have their end at a multiple of 1 KiB, and only there
// QEMU sees each fetch and each access that crosses it (BENCH.md 1.3, 2).
    .space  2560
