// call.S (riscv32) - a trap, a system call, and the short way there and back.
//
// What call_enter() and call_return() of kernel/call.c do, for the case that is
// nearly all: the door is open, the monitor free, the caller alive, and stacks are
// cut by top of range. Whatever is unusual is found before anything is changed,
// and C decides it from the start: `entry_slow`. So C is what is meant, this is only
// faster.
//
// What is believed, and why, stands at kernel_syscall() and sys_call(). Offsets
// are checked by port.c.

#define CMRX_SYSCALL(number, name, words) .equ SYS_##name, number
#include <cmrx/syscalls.def>
#define OFFSET(name, type, member, value) .equ name, value
#include "entry.inc"
#include "offsets.def"

    .equ FIRST_ANSWER, SYS_TIME
    .equ LAST_ANSWER, SYS_INTERRUPT_DONE
    .equ SYS_LAST, SYS_WAKE
    .equ CUT_SHIFT, 4
    .equ CLEARED_AT_ONCE, 512
    .equ KEPT_PC, -64               // from the caller's stack pointer
    .equ KEPT_RA, -60
    .equ KEPT_GP, -56
    .equ KEPT_TP, -52
    .equ KEPT_S0, -48

    .macro kept_s operation, base
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    \operation  s\n, KEPT_S0 + 4*\n(\base)
    .endr
    .endm

// Last of all: QEMU looks at addresses when a pmpcfg is written. Changes t4.
    .macro protect
    lui     t4, 0xff0               // the byte of what the caller lends
    csrc    pmpcfg1, t4
    csrs    pmpcfg1, t5
    .endm

    .section .text.entry, "ax", %progbits

// Any trap. sp becomes the thread, mscratch its stack pointer.
    .global entry
    .type entry, %function
    .balign 4
entry:
    csrrw   sp, mscratch, sp
    sw      t0, FRAME_T0(sp)
    csrr    t0, mcause
    .global entry_cause             // for the tools: it is in t0
entry_cause:
    xori    t0, t0, ECALL
    bnez    t0, other_trap

// A system call: t0-t6, a5 and a6 are of no use to anybody, by convention (trap.h).
    .global entry_ecall             // for the tools: behind it, it is in t0
entry_ecall:
    csrr    t0, mscratch
    lw      t6, THREAD_LOW(sp)
    lw      t5, THREAD_SLICE(sp)
    sub     t1, t0, t6              // of the stack, below its pointer
    bltu    t5, t1, slow            // port_frame_valid()
    andi    t2, a7, 0xff
    bnez    t2, not_call

// There. s0-s11 go above the cut at once: on what lies below its stack pointer a
// thread cannot rely anyway. What is lent has to be a multiple of 8, too.
    or      t3, t0, a4
    andi    t3, t3, 7
    bnez    t3, slow
    addi    t3, t1, -KEPT_BYTES
    bltz    t3, slow
    kept_s  sw, t0
    behind_ecall t4
    sw      t4, KEPT_PC(t0)
    sw      ra, KEPT_RA(t0)
    sw      gp, KEPT_GP(t0)
    sw      tp, KEPT_TP(t0)

    // The door. One that is closed leads to a service without methods.
    lw      s0, THREAD_INSIDE(sp)
    lw      s1, PROCESS_IMAGE(s0)
    lbu     s2, PROCESS_IMAGE_IMPORT_COUNT(s1)
    slli    s3, a7, 16
    srli    s3, s3, 24
    bgeu    s3, s2, slow_call
    lw      s2, PROCESS_IMAGE_DOORS(s1)
    slli    s3, s3, 2
    add     s2, s2, s3
    lw      s2, 0(s2)
    srli    s3, a7, 16
    lw      s4, SERVICE_METHOD_COUNT(s2)
    bgeu    s3, s4, slow_call
    lw      s4, SERVICE_METHODS(s2)
    slli    s3, s3, 2
    add     s4, s4, s3
    lw      s4, 0(s4)
    lw      s5, SERVICE_PROCESS(s2)

    // s0 the caller, s1 its image, s2 the service, s4 the method, s5 its process.
    // Room below the cut: call_slice(), room_check(). The stack begins on a
    // multiple of the granule.
    lw      s6, SERVICE_ROOM(s2)
    andi    s7, t3, -(1 << CUT_SHIFT)   // the callee's slice
    sub     s6, s7, s6
    bltz    s6, slow_call
    bltu    s6, a4, slow_call       // lent
    lw      s8, THREAD_IMAGE(sp)
    lbu     s9, THREAD_DEPTH(sp)
    lbu     s10, THREAD_IMAGE_DEPTH(s8)
    bgeu    s9, s10, slow_call

    // The monitor
    lw      s10, SERVICE_REENTRANT(s2)
    bnez    s10, 1f
    lw      s10, PROCESS_OWNER(s5)
    bnez    s10, slow_call
    sw      sp, PROCESS_OWNER(s5)

    // From here on nothing can fail. The record, and the thread
1:  lw      s10, THREAD_IMAGE_CALLS(s8)
    li      s11, CALL_BYTES
    mul     s11, s11, s9
    add     s10, s10, s11
    addi    s9, s9, 1
    sb      s9, THREAD_DEPTH(sp)
    add     s11, t6, s7             // the cut
    sub     t3, s11, a4             // the callee's stack begins there
    lw      t4, THREAD_CUT(sp)
    sw      t0, CALL_SP(s10)
    sw      t3, CALL_TOP(s10)
    sw      s0, CALL_CALLER(s10)
    sw      s2, CALL_SERVICE(s10)
    sw      t5, CALL_SLICE(s10)
    sw      t4, CALL_CUT(s10)
    srli    s11, s11, 2
    sw      s7, THREAD_SLICE(sp)
    sw      s11, THREAD_CUT(sp)
    sw      s5, THREAD_INSIDE(sp)

    // Protection, as in port_map(). What the origin lends stays.
    csrw    pmpaddr5, s11
    load_lent s1
    lw      s1, PROCESS_IMAGE(s5)
    load_map s1
    protect

    .if KERNEL_CHECKED
    mv      s5, a0
    mv      s6, a1
    mv      s7, a2
    mv      s8, a3
    mv      s9, t3
    csrw    mscratch, sp
    kernel_stack
    li      a0, SYS_CALL
    call    check_after
    csrr    sp, mscratch
    mv      a0, s5
    mv      a1, s6
    mv      a2, s7
    mv      a3, s8
    mv      t3, s9
    .endif

    // The method: self and four arguments; it returns to the gate.
    csrw    mepc, s4
    csrw    mscratch, sp
    lw      ra, PROCESS_IMAGE_RETURN_GATE(s1)
    mv      a4, a3
    mv      a3, a2
    mv      a2, a1
    mv      a1, a0
    lw      a0, SERVICE_SELF(s2)
    andi    sp, t3, -16
    zero    a5, a6, a7, t0, t1, t2, t3, t4, t5, t6, gp, tp
    zero    s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
    mret

slow_call:
    kept_s  lw, t0
slow:
    j       entry_slow

// It may come once more: nothing of the kernel's is left in its registers.
slow_back:
    zero    s0, s3, s6, s7, t1, t2, t3
    j       entry_slow

other_trap:
    bltz    t0, 1f
    j       entry_fault
1:  j       entry_irq

not_call:
    andi    t3, t0, 7
    bnez    t3, slow
    addi    t2, t2, -FIRST_ANSWER
    bgez    t2, not_return

// Back. Of what the callee has in s0-s11 nothing is needed any more.
    lbu     t4, THREAD_DEPTH(sp)
    addi    t4, t4, -1
    bltz    t4, slow
    lw      t1, THREAD_IMAGE(sp)
    lw      t2, THREAD_IMAGE_CALLS(t1)
    li      t3, CALL_BYTES
    mul     t3, t3, t4
    add     t2, t2, t3              // the record
    lw      s0, CALL_SP(t2)
    andi    t3, s0, 7               // MARKS
    bnez    t3, slow_back
    lw      s3, CALL_SERVICE(t2)
    lw      s6, THREAD_INSIDE(sp)
    lw      s7, SERVICE_ROOM(s3)
    li      t3, CLEARED_AT_ONCE
    bltu    t3, s7, slow_back       // in steps
    lw      t3, SERVICE_REENTRANT(s3)
    bnez    t3, 1f
    lw      t3, PROCESS_GATE(s6)
    bnez    t3, slow_back           // it goes to the first who waits
    sw      zero, PROCESS_OWNER(s6)

1:  lw      s1, CALL_TOP(t2)
    lw      s2, CALL_CALLER(t2)
    lw      s4, CALL_SLICE(t2)
    lw      s5, CALL_CUT(t2)
    sb      t4, THREAD_DEPTH(sp)
    sw      s2, THREAD_INSIDE(sp)
    sw      s4, THREAD_SLICE(sp)
    sw      s5, THREAD_CUT(sp)

    // Who lends to the caller: its own caller, or at home itself.
    lw      s4, THREAD_IMAGE_HOME(t1)
    beqz    t4, 2f
    lw      s4, CALL_CALLER - CALL_BYTES(t2)
2:  csrw    pmpaddr5, s5
    lw      s4, PROCESS_IMAGE(s4)
    load_lent s4
    lw      s2, PROCESS_IMAGE(s2)
    load_map s2
    protect

    // What the callee has left on the stack: pop() in kernel/call.c. An instruction
    // takes as many bytes as it clears.
    lui     t3, %hi(cleared)
    sub     t3, t3, s7
    sub     t1, s1, s7
    jalr    zero, %lo(cleared)(t3)
    .option push
    .option norvc
    .set    .Lrest, CLEARED_AT_ONCE
    .rept   CLEARED_AT_ONCE / 4
    sw      zero, -.Lrest(s1)
    .set    .Lrest, .Lrest - 4
    .endr
    .option pop
cleared:
    li      t3, 1                   // STACK_USED
    sw      t3, 0(t1)

    .if KERNEL_CHECKED
    mv      s5, a0
    mv      s6, a1
    csrw    mscratch, sp
    kernel_stack
    li      a0, SYS_RETURN
    call    check_after
    csrr    sp, mscratch
    mv      a0, s5
    mv      a1, s6
    .endif

    csrw    mscratch, sp
    mv      sp, s0
    lw      t0, KEPT_PC(sp)
    csrw    mepc, t0
    lw      ra, KEPT_RA(sp)
    lw      gp, KEPT_GP(sp)
    lw      tp, KEPT_TP(sp)
    kept_s  lw, sp
    zero    a2, a3, a4, a5, a6, a7, t0, t1, t2, t3, t4, t5, t6
    mret

not_return:
    sltiu   t1, t2, LAST_ANSWER - FIRST_ANSWER + 1
    beqz    t1, handler

// An answer uses nothing of the thread but three arguments, and changes nothing
// but the reply. Of the registers that C may change those above t1 are not used in
// the kernel (cmake/CMRXTargets.cmake), and hold nothing here that is not the thread's.
    sw      ra, FRAME_RA(sp)
    sw      a0, FRAME_A0(sp)
    sw      a1, FRAME_A0 + 4(sp)
    sw      a2, FRAME_A0 + 8(sp)
    mv      a0, sp
    mv      a1, sp
    slli    t2, t2, 2
    lui     t1, %hi(kernel_answers + 4*FIRST_ANSWER)
    add     t1, t1, t2
    lw      t1, %lo(kernel_answers + 4*FIRST_ANSWER)(t1)
    lui     sp, %hi(cmrx_kernel_stack_top - 16)
    addi    sp, sp, %lo(cmrx_kernel_stack_top - 16)
    sw      a0, 0(sp)
    jalr    t1
    .if KERNEL_CHECKED
    andi    a0, a7, 0xff
    call    check_after
    .endif
    behind_ecall t0
    csrw    mepc, t0
    lw      sp, 0(sp)
    lw      ra, FRAME_RA(sp)
    lw      a0, FRAME_A0(sp)
    lw      a1, FRAME_A0 + 4(sp)
    lw      a2, FRAME_A0 + 8(sp)
    csrrw   sp, mscratch, sp
    zero    a3, a4, a5, t1          // t0 is its pc, t2 its number
    mret

// The last two numbers come to the short way as a whole word, for the first time.
handler:
    addi    t1, a7, -SYS_POST
    beqz    t1, post
    addi    t1, a7, -SYS_WAKE
    beqz    t1, wake
    addi    t1, a7, -SYS_YIELD
    beqz    t1, yield
    li      t1, SYS_LAST - FIRST_ANSWER
    bltu    t1, t2, slow
    addi    t2, t2, FIRST_ANSWER
    j       entry_handler
post:
    j       entry_post
wake:
    j       entry_wake
yield:
    j       entry_yield
    .size entry, . - entry

// In C, t2 is the number. A handler may let another thread go on: all registers are
// kept. What is of no use is 0, for whoever is in that thread's place next.
    .global entry_handler
    .type entry_handler, %function
entry_handler:
    sw      ra, FRAME_RA(sp)
    sw      t0, FRAME_SP(sp)
    all     sw, sp, 3, 4, 10, 11, 12, 13, 14, 17
    all_s   sw, sp
    all     sw0, sp, 5, 6, 7, 15, 16, 28, 29, 30, 31
    behind_ecall t0
    sw      t0, FRAME_PC(sp)
    csrw    mscratch, sp
    slli    t2, t2, 2
    lui     t1, %hi(kernel_handlers)
    add     t1, t1, t2
    lw      t1, %lo(kernel_handlers)(t1)
    mv      a0, sp
    mv      a1, sp
    kernel_stack
    .if KERNEL_CHECKED
    andi    s0, a7, 0xff
    jalr    t1
    mv      s1, a0
    mv      a0, s0
    call    check_after
    mv      a0, s1
    csrr    a1, mscratch
    lw      s0, FRAME_S0(a1)
    lw      s1, FRAME_S0 + 4(a1)
    .else
    jalr    t1
    .endif
    bnez    a0, leave

    // As it came: C has kept s0-s11 and does not know gp and tp.
    csrr    sp, mscratch
    lw      t0, FRAME_PC(sp)
    csrw    mepc, t0
    lw      ra, FRAME_RA(sp)
    lw      a0, FRAME_A0(sp)
    lw      a1, FRAME_A0 + 4(sp)
    lw      a2, FRAME_A0 + 8(sp)
    lw      a3, FRAME_A0 + 12(sp)
    lw      a7, FRAME_A7(sp)
    lw      sp, FRAME_SP(sp)
    zero    a4, a5, t1
    mret
leave:
    j       entry_leave
    .size entry_handler, . - entry_handler
