// stack.S (riscv32) - with a stack pointer that is not one.
//
// a0 is where it points. s11 keeps the right one, for those that come back.

#include "deed.inc"

    .macro deed_elsewhere name
deed \name
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s11, 8(sp)
    mv      s11, sp
    .endm

    .macro done
    mv      sp, s11
    lw      ra, 12(sp)
    lw      s11, 8(sp)
    addi    sp, sp, 16
    ret
    .endm

    .macro arguments_of_zero
    li      a0, 0
    li      a1, 0
    li      a2, 0
    li      a3, 0
    .endm

// One word.
deed_elsewhere push_at
    mv      sp, a0
    addi    sp, sp, -4
    sw      a1, 0(sp)
    li      a0, 0
    done

// Words, from where the stack is now, without an end.
deed_elsewhere push_all
1:  addi    sp, sp, -4
    sw      a0, 0(sp)
    j       1b

// The system call with the word a1; all its arguments are 0.
deed_elsewhere trap_at
    mv      sp, a0
    mv      a7, a1
    arguments_of_zero
    li      a4, 0
    ecall
    mv      a0, a2
    done

// TIME; then THREAD_EXIT.
deed_elsewhere end_at
    mv      sp, a0
    li      a7, SYS_TIME
    ecall
    li      a7, SYS_THREAD_EXIT
    ecall
    unimp

// The call with the word a1, a2 bytes lent, wherever the stack pointer is; to write a
// word where the kernel keeps this program's pc. Before, the first call of that
// service, from where it may: then its door is open, and the short way is taken.
deed_elsewhere call_at
    addi    sp, sp, -16
    sw      a0, 0(sp)
    sw      a1, 4(sp)
    sw      a2, 8(sp)
    li      a7, SYS_CALL
    li      a4, 0
    arguments_of_zero
    ecall
    lw      t0, 0(sp)
    lw      a7, 4(sp)
    lw      a4, 8(sp)
    mv      sp, t0
    addi    a0, sp, -64
    li      a1, 4
    li      a2, 0
    li      a3, 0
    ecall
    mv      a0, a2
    done

// No trap, but time enough for an interrupt.
deed_elsewhere spin_at
    mv      sp, a0
    li      a1, 40000
1:  addi    a1, a1, -1
    bnez    a1, 1b
    li      a0, 0
    done

// A fault of its own beside that of the stack pointer.
deed_elsewhere fault_at
    mv      sp, a0
    unimp

// A frame of a0 bytes, of which only the lowest word is touched.
deed_elsewhere leap
    sub     a1, sp, a0
    mv      sp, a1
    sw      a0, 0(sp)
    li      a0, 0
    done
