// trap.S (riscv32) - system calls with anything in any register.

#include "deed.inc"

// The word a0, with the arguments a1, a2, a3 and a fourth that is 0, or -1 when
// the third is: so they can make a deadline that never comes. Gives the status.
deed trap_of
    mv      a7, a0
    mv      a0, a1
    mv      a1, a2
    mv      a2, a3
    li      a3, 0
    li      a4, -1
    bne     a2, a4, 1f
    li      a3, -1
1:  li      a4, 0
    ecall
    mv      a0, a2
    ret

// The word a0; a1 chooses what else is in all other registers.
deed trap_garbage
    addi    sp, sp, -64
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    sw      s\n, 4*\n(sp)
    .endr
    sw      ra, 48(sp)
    mv      a7, a0
    lui     a2, %hi(garbage)
    addi    a2, a2, %lo(garbage)
    slli    a1, a1, 2
    add     a2, a2, a1
    lw      a3, 0(a2)
    .irp    r, a0, a1, a2, a4, a5, a6, t0, t1, t2, t3, t4, t5, t6, ra, gp, tp
    mv      \r, a3
    .endr
    .irp    r, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
    mv      \r, a3
    .endr
    ecall
    mv      a0, a2
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    lw      s\n, 4*\n(sp)
    .endr
    lw      ra, 48(sp)
    addi    sp, sp, 64
    ret
    .balign 4
garbage:
    .word   0, 1, 3, 0x1f, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffc
    .word   0x80400000, 0x0c200000, 0x03001000, 0x02000000, 0x55555555

// Five times TIME: there is no immediate that could say something else.
deed trap_number
    .rept   5
    li      a7, SYS_TIME
    ecall
    .endr
    mv      a0, a2
    ret

// A call with the word a1 that lends a0 bytes, whatever lies below. One that lends
// nothing comes first and opens the door, so that this one goes the short way.
deed lend
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    sw      s1, 4(sp)
    mv      s0, a0
    mv      s1, a1
    li      a4, 0
    jal     call_of_zeros
    mv      a4, s0
    jal     call_of_zeros
    mv      a0, a2
    lw      ra, 12(sp)
    lw      s0, 8(sp)
    lw      s1, 4(sp)
    addi    sp, sp, 16
    ret
call_of_zeros:
    mv      a7, s1
    li      a0, 0
    li      a1, 0
    li      a2, 0
    li      a3, 0
    ecall
    ret

// Into the return gate at a0, with a1 for a result.
deed gate
    mv      a2, a0
    mv      a0, a1
    li      a1, 0
    li      ra, -3
    jr      a2

// Returns with a stack pointer of its own choice and every register changed: the
// kernel's record decides.
deed return_forged
    li      s0, 0xfeedface
    .irp    r, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, ra, gp, tp
    mv      \r, s0
    .endr
    mv      a0, a1
    li      a1, 0
    addi    sp, sp, -16
    li      a7, SYS_RETURN
    ecall
    unimp

// The system call a0 with a1 and a2, all other arguments 0, and PATTERN in every other
// register. Gives a bit for each register, but for the result, that the kernel has left
// something of its own in: what is neither that nor small, nor the word, nor where it
// has come back to, nor in the thread's own stack.
    .equ    PATTERN, 0x5a5a5a5a
    .equ    SMALL, 4096

deed registers_left
    addi    sp, sp, -192
    .irp    n, 1, 3, 4, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    sw      x\n, 4*\n(sp)
    .endr
    mv      a7, a0
    mv      a0, a1
    mv      a1, a2
    li      a2, 0
    li      a3, 0
    li      a4, 0
    li      s0, PATTERN
    .irp    n, 1, 3, 4, 5, 6, 7, 9, 15, 16, 18, 19, 20, 21, 22, 23, 24, 25, 26
    mv      x\n, s0
    .endr
    .irp    n, 27, 28, 29, 30, 31
    mv      x\n, s0
    .endr
    ecall
1:  addi    sp, sp, -128
    .irp    n, 1, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    sw      x\n, 4*\n(sp)
    .endr
    .irp    n, 28, 29, 30, 31
    sw      x\n, 4*\n(sp)
    .endr
    sw      zero, 0(sp)
    .irp    n, 2, 10, 11, 12
    sw      zero, 4*\n(sp)
    .endr
    li      a0, 0
    li      a1, 31
    li      a2, PATTERN
    li      a3, SMALL
    lui     a5, %hi(1b)
    addi    a5, a5, %lo(1b)
2:  slli    a4, a1, 2
    add     a4, a4, sp
    lw      a4, 0(a4)
    beq     a4, a2, 3f
    beq     a4, a5, 3f
    beq     a4, a7, 3f
    bltu    a4, a3, 3f
    sub     a6, sp, a4
    bltu    a6, a3, 3f
    li      a4, 1
    sll     a4, a4, a1
    or      a0, a0, a4
3:  addi    a1, a1, -1
    bgez    a1, 2b
    addi    sp, sp, 128
    .irp    n, 1, 3, 4, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    lw      x\n, 4*\n(sp)
    .endr
    addi    sp, sp, 192
    ret

// To a0 with a7 = TIME, for a trap that lies there.
deed jump_with
    li      a7, SYS_TIME
    jr      a0

// Method: the stack pointer at its entry.
    .section .text.attack_stack_pointer, "ax", %progbits
    .global attack_stack_pointer
    .type attack_stack_pointer, %function
attack_stack_pointer:
    mv      a0, sp
    ret

// Method: or of the registers that carry nothing.
    .section .text.attack_registers, "ax", %progbits
    .global attack_registers
    .type attack_registers, %function
attack_registers:
    li      a0, 0
    .irp    r, a5, a6, a7, t0, t1, t2, t3, t4, t5, t6, gp, tp
    or      a0, a0, \r
    .endr
    .irp    r, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
    or      a0, a0, \r
    .endr
    ret
