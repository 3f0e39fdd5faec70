// trap.S - system calls with anything in any register.

#include "deed.inc"

// The word r0, with the arguments r1, r2, r3 and a fourth that is 0, or -1 when
// the third is: so they can make a deadline that never comes. Gives the status.
deed trap_of
    push    {r4, lr}
    mov     r12, r0
    mov     r0, r1
    mov     r1, r2
    mov     r2, r3
    movs    r3, #0
    cmn     r2, #1
    it      eq
    moveq   r3, r2
    movs    r4, #0
    svc     #0
    mov     r0, r2
    pop     {r4, pc}

// The word r0; r1 chooses what else is in all other registers.
deed trap_garbage
    push    {r4-r11, lr}
    mov     r12, r0
    adr     r2, garbage
    ldr     r3, [r2, r1, lsl #2]
    mov     r0, r3
    mov     r1, r3
    mov     r2, r3
    mov     r4, r3
    mov     r5, r3
    mov     r6, r3
    mov     r7, r3
    mov     r8, r3
    mov     r9, r3
    mov     r10, r3
    mov     r11, r3
    svc     #0
    mov     r0, r2
    pop     {r4-r11, pc}
    .balign 4
garbage:
    .word   0, 1, 3, 0x1f, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffc
    .word   0x20000000, 0xe000ed00, 0x40005000, 0x22000000, 0x55555555

// The immediate of the instruction says nothing: 1 (RETURN), 8 (THREAD_EXIT),
// 19 (SYSTEM_END), 171 and 255 are all the word in r12: TIME.
deed trap_number
    mov     r12, #SYS_TIME
    svc     #1
    mov     r12, #SYS_TIME
    svc     #8
    mov     r12, #SYS_TIME
    svc     #19
    mov     r12, #SYS_TIME
    svc     #171
    mov     r12, #SYS_TIME
    svc     #255
    mov     r0, r2
    bx      lr

// A call with the word r1 that lends r0 bytes, whatever lies below. One that lends
// nothing comes first and opens the door, so that this one goes the short way.
deed lend
    push    {r4-r11, lr}
    mov     r5, r0
    mov     r6, r1
    movs    r4, #0
    bl      call_of_zeros
    mov     r4, r5
    bl      call_of_zeros
    mov     r0, r2
    pop     {r4-r11, pc}
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
    orr     r2, r0, #1
    mov     r0, r1
    movs    r1, #0
    mvn     lr, #2
    bx      r2

// Returns with an EXC_RETURN for a way back, a stack pointer of its own choice
// and every register changed: the kernel's record decides.
deed return_forged
    mov     r2, r0
    ldr     r4, =0xfeedface
    mov     r5, r4
    mov     r6, r4
    mov     r7, r4
    mov     r8, r4
    mov     r9, r4
    mov     r10, r4
    mov     r11, r4
    mvn     lr, #6
    mov     r0, r1
    movs    r1, #0
    sub     sp, #8
    mov     r12, #SYS_RETURN
    svc     #0
    udf     #1

// To r0 with r12 = TIME, for a trap that lies there.
deed jump_with
    mov     r12, #SYS_TIME
    orr     r0, r0, #1
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
    orr     r0, r0, r4
    orr     r0, r0, r5
    orr     r0, r0, r6
    orr     r0, r0, r7
    orr     r0, r0, r8
    orr     r0, r0, r9
    orr     r0, r0, r10
    orr     r0, r0, r11
    orr     r0, r0, r12
    bx      lr

// More than 4 KiB of code have their end at a multiple of 1 KiB, and only there
// QEMU sees each fetch and each access that crosses it (BENCH.md 1.3, 2).
    .space  2560
