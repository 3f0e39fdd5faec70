// call.S (riscv32) - a trap, a system call, and the short way there and back.
//
// What call_enter() and call_return() of kernel/call.c do, for the case that is
// nearly all: the door is open, the monitor free, the caller alive, and stacks are
// cut by top of range. Whatever is unusual is found before anything is changed,
// and C decides it from the start: `entry_slow`. So C is what is meant, this is only
// faster.
//
// What is believed, and why, stands at kernel_syscall() and sys_call().

#include "short.inc"

    .equ FIRST_ANSWER, SYS_TIME
    .equ LAST_ANSWER, SYS_INTERRUPT_DONE
    .equ SYS_LAST, SYS_WAKE
    .equ CLEARED_AT_ONCE, 512
    .equ CLEARED_AND_HANDED, 128    // where others wait: LAST_BYTES
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
    .macro protect config
    lui     t4, 0xff0               // the byte of what the caller lends
    csrc    pmpcfg1, t4
    csrs    pmpcfg1, \config
    .endm

// Commit of a call: the record, and the thread in sp. s3: the callee's stack begins
// there; s11: the cut, as pmpaddr has it.
    .macro enter
    record  s10, s8, s9, s11
    addi    s9, s9, 1
    sb      s9, THREAD_DEPTH(sp)
    add     s11, t6, s7             // the cut
    sub     s3, s11, a4
    lw      t4, THREAD_CUT(sp)
    sw      t0, CALL_SP(s10)
    sw      s3, CALL_TOP(s10)
    sw      t1, CALL_CALLER(s10)
    sw      ra, CALL_SERVICE(s10)
    sw      t5, CALL_SLICE(s10)
    sw      t4, CALL_CUT(s10)
    srli    s11, s11, 2
    sw      s7, THREAD_SLICE(sp)
    sw      s11, THREAD_CUT(sp)
    sw      s5, THREAD_INSIDE(sp)
    lw      s8, PROCESS_IMAGE(s5)
    .endm

// Of a return, by the record in s9. s1: the callee's stack began there; s2: the
// caller; s5: the cut.
    .macro come_back
    lw      s1, CALL_TOP(s9)
    lw      s2, CALL_CALLER(s9)
    lw      s4, CALL_SLICE(s9)
    lw      s5, CALL_CUT(s9)
    sb      t4, THREAD_DEPTH(sp)
    sw      s2, THREAD_INSIDE(sp)
    sw      s4, THREAD_SLICE(sp)
    sw      s5, THREAD_CUT(sp)
    .endm

// What the callee has left on the stack, s7 bytes below s1, at most \most:
// pop_to() in kernel/call.c. An instruction takes as many bytes as it clears.
    .macro clear_stack most
    lui     s10, %hi(cleared\most)
    sub     s10, s10, s7
    sub     s8, s1, s7
    jalr    zero, %lo(cleared\most)(s10)
    .option push
    .option norvc
    .set    .Lrest, \most
    .rept   \most / 4
    sw      zero, -.Lrest(s1)
    .set    .Lrest, .Lrest - 4
    .endr
    .option pop
cleared\most:
    sw      t2, 0(s8)               // STACK_USED: anything but 0
    .endm

// What the caller at \sp has kept, but for its pc and sp.
    .macro kept operation, sp
    \operation  ra, KEPT_RA(\sp)
    \operation  gp, KEPT_GP(\sp)
    \operation  tp, KEPT_TP(\sp)
    kept_s  \operation, \sp
    .endm

// The method has self and four arguments, and returns to the gate.
    .macro arguments
    mv      a4, a3
    mv      a3, a2
    mv      a2, a1
    mv      a1, a0
    lw      a0, SERVICE_SELF(ra)
    lw      ra, PROCESS_IMAGE_RETURN_GATE(s8)
    .endm

// To the method, with nothing but its arguments and ra; t2, t3 and s6 are 0.
    .macro begin
    zero    a5, a6, a7, t0, t1, t4, t5, t6, gp, tp
    zero    s0, s1, s2, s3, s4, s5, s7, s8, s9, s10, s11
    mret
    .endm

// To the caller at t0, with a0-a2; t3, t5 and t6 are 0.
    .macro go_back
    mv      sp, t0
    lw      ra, KEPT_PC(sp)
    csrw    mepc, ra
    kept    lw, sp
    zero    a3, a4, a5, a6, a7, t0, t1, t2, t4
    mret
    .endm

    .section .text.entry, "ax", %progbits

// Any trap. sp becomes the thread, mscratch its stack pointer.
    .balign 4
    function entry
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

// There. What is kept goes above the cut at once: on what lies below its stack
// pointer a thread cannot rely anyway. What is lent has to be a multiple of 8, too.
// From here on t2 and t3 are 0.
    or      t3, t0, a4
    andi    t3, t3, 7
    bnez    t3, slow
    addi    t4, t1, -KEPT_BYTES
    bltz    t4, slow
    sw      ra, KEPT_RA(t0)
    sw      gp, KEPT_GP(t0)

    // The door. One that is closed leads to a service without methods.
    lw      t1, THREAD_INSIDE(sp)
    lw      a5, PROCESS_IMAGE(t1)
    lbu     ra, PROCESS_IMAGE_IMPORT_COUNT(a5)
    slli    a6, a7, 16
    srli    a6, a6, 24
    bgeu    a6, ra, no_door
    lw      ra, PROCESS_IMAGE_DOORS(a5)
    element ra, a6
    srli    a6, a7, 16
    lw      gp, SERVICE_METHOD_COUNT(ra)
    bgeu    a6, gp, no_door
    kept_s  sw, t0
    sw      tp, KEPT_TP(t0)
    behind_ecall s0
    sw      s0, KEPT_PC(t0)
    lw      s4, SERVICE_METHODS(ra)
    element s4, a6
    lw      s5, SERVICE_PROCESS(ra)

    // t1 the caller, a5 its image, ra the service, s4 the method, s5 its process.
    // Room below the cut: call_slice(), room_check(). The stack begins on a
    // multiple of the granule.
    lw      s6, SERVICE_ROOM(ra)
    andi    s7, t4, -(1 << CUT_SHIFT)   // the callee's slice
    sub     s6, s7, s6
    bltz    s6, slow_call
    bltu    s6, a4, slow_call       // lent
    lw      s8, THREAD_IMAGE(sp)
    lbu     s9, THREAD_DEPTH(sp)
    lbu     s10, THREAD_IMAGE_DEPTH(s8)
    bgeu    s9, s10, slow_call

    // The monitor. From here on nothing can fail, and s6 is 0.
    lw      s6, SERVICE_REENTRANT(ra)
    bnez    s6, reentrant
    lw      s6, PROCESS_OWNER(s5)
    bnez    s6, taken
    sw      sp, PROCESS_OWNER(s5)
1:  enter

    // Protection, as in port_map(). What the origin lends stays.
    csrw    pmpaddr5, s11
    load_lent a5, t5
    load_map s8
    protect t5
    checked

    csrw    mepc, s4
    csrw    mscratch, sp
    arguments
    andi    sp, s3, -16
    begin

reentrant:
    li      s6, 0
    j       1b

// Another thread is in the monitor; or it itself: a loop. All is done but that it
// waits until it is let in: its context is that of the method.
taken:
    beq     s6, sp, slow_call
    enter
    arguments
    andi    s3, s3, -16
    sw      s4, FRAME_PC(sp)
    sw      s3, FRAME_SP(sp)
    all     sw, 1, 10, 11, 12, 13, 14
    all     sw0, 3, 4, 17
    all_s   sw0
    mv      a0, sp
    li      a7, SYS_CALL
    kernel_stack
    call    kernel_call_later
let_go:
    check
    j       entry_out

// C decides it: t2 is the number.
slow_call:
    kept_s  lw, t0
no_door:
    lw      ra, KEPT_RA(t0)
    lw      gp, KEPT_GP(t0)
    j       entry_handler
slow:
    j       entry_slow

other_trap:
    bltz    t0, entry_irq
    j       entry_fault

// It may come once more: nothing of the kernel's is left in its registers.
slow_back:
    csrr    t0, mscratch
    zero    s3, s6, s7, s9, s10
    li      t2, SYS_RETURN
    j       entry_handler

not_call:
    andi    t3, t0, 7
    bnez    t3, slow
    addi    t2, t2, -FIRST_ANSWER
    bgez    t2, not_return

// Back. Of what the callee has in s0-s11 nothing is needed any more. t3 is 0, and
// so are t5 and t6 where nobody waits.
    lbu     t4, THREAD_DEPTH(sp)
    addi    t4, t4, -1
    bltz    t4, slow
    lw      t1, THREAD_IMAGE(sp)
    record  s9, t1, t4, s10
    lw      t0, CALL_SP(s9)
    andi    t5, t0, 7               // MARKS
    bnez    t5, slow_back
    lw      s3, CALL_SERVICE(s9)
    lw      s6, THREAD_INSIDE(sp)
    lw      s7, SERVICE_ROOM(s3)
    li      s10, CLEARED_AT_ONCE
    bltu    s10, s7, slow_back      // in steps
    lw      t6, SERVICE_REENTRANT(s3)
    bnez    t6, reentrant_back
    lw      t6, PROCESS_GATE(s6)
    bnez    t6, awaited
    sw      zero, PROCESS_OWNER(s6)
1:  come_back

    // Who lends to the caller: its own caller, or at home itself.
    beqz    t4, home
    lw      s4, CALL_CALLER - CALL_BYTES(s9)
2:  csrw    pmpaddr5, s5
    lw      s4, PROCESS_IMAGE(s4)
    load_lent s4, s11
    lw      s2, PROCESS_IMAGE(s2)
    load_map s2
    protect s11
    clear_stack CLEARED_AT_ONCE
    checked
    csrw    mscratch, sp
    li      a2, 0
    go_back

reentrant_back:
    li      t6, 0
    j       1b
home:
    lw      s4, THREAD_IMAGE_HOME(t1)
    j       2b

// The monitor goes to the first who waits. All is done but that the caller goes on:
// its context is as it is to be when its turn comes.
awaited:
    li      s10, CLEARED_AND_HANDED
    bltu    s10, s7, slow_back      // in steps
    come_back
    clear_stack CLEARED_AND_HANDED
    lw      t1, KEPT_PC(t0)
    kept    lw, t0
    keep_called sw0
    sw      t1, FRAME_PC(sp)
    mv      a0, sp
    kernel_stack
    call    kernel_return_later
    j       let_go

not_return:
    sltiu   t1, t2, LAST_ANSWER - FIRST_ANSWER + 1
    beqz    t1, handler

// An answer uses nothing of the thread but three arguments, and changes nothing
// but the reply. Of the registers that C may change those above t1 are not used in
// the kernel (cmake/CMRXTargets.cmake), and hold nothing here that is not the thread's.
    all     sw, 1, 10, 11, 12
    mv      a0, sp
    mv      a1, sp
    slli    t2, t2, 2
    lui     t1, %hi(kernel_answers + 4*FIRST_ANSWER)
    add     t1, t1, t2
    lw      t1, %lo(kernel_answers + 4*FIRST_ANSWER)(t1)
    address sp, cmrx_kernel_stack_top - 16
    sw      a0, 0(sp)
    jalr    t1
    lw      sp, 0(sp)
    all     lw, 1, 10, 11, 12
    checked
    behind_ecall t0
    csrw    mepc, t0
    csrrw   sp, mscratch, sp
    zero    a3, a4, a5, t1          // t0 is its pc, t2 its number
    mret

// The last two numbers come to the short way as a whole word, for the first time.
handler:
    li      t1, SYS_POST - FIRST_ANSWER
    bltu    t2, t1, 1f
    addi    t1, a7, -SYS_POST
    beqz    t1, entry_post
    addi    t1, a7, -SYS_WAKE
    beqz    t1, entry_wake
    li      t1, SYS_LAST - FIRST_ANSWER
    bltu    t1, t2, slow
1:  addi    t1, a7, -SYS_YIELD
    beqz    t1, entry_yield
    addi    t2, t2, FIRST_ANSWER
    // fall through
    .size entry, . - entry

// In C, t2 is the number. A handler may let another thread go on.
    function entry_handler
    keep_called sw
    csrw    mscratch, sp
    slli    t2, t2, 2
    lui     t1, %hi(kernel_handlers)
    add     t1, t1, t2
    lw      t1, %lo(kernel_handlers)(t1)
    mv      a0, sp
    mv      a1, sp
    kernel_stack
    jalr    t1
    check
    bnez    a0, entry_out

    // As it came: C has kept s0-s11 and does not know gp and tp.
    csrr    sp, mscratch
    lw      t0, FRAME_PC(sp)
    csrw    mepc, t0
    all     lw, 1, 10, 11, 12, 13, 14, 17
    .if KERNEL_CHECKED
    all     lw, 8
    .endif
    lw      sp, FRAME_SP(sp)
    zero_of_no_use
    mret
    .size entry_handler, . - entry_handler

// port_resume in a0, which is not 0.
    function entry_out
    andi    t0, a0, PUSHED | POPPED
    beqz    t0, entry_switch

    // It is the thread itself: the end of a call, or of a return, that C has done.
    csrr    sp, mscratch
    addi    t0, t0, -PUSHED
    bnez    t0, 1f
    lw      t0, FRAME_PC(sp)
    csrw    mepc, t0
    lw      ra, FRAME_RA(sp)
    lw      a0, FRAME_A0 + 16(sp)
    lw      a1, FRAME_A0(sp)
    lw      a2, FRAME_A0 + 4(sp)
    lw      a3, FRAME_A0 + 8(sp)
    lw      a4, FRAME_A0 + 12(sp)
    lw      sp, FRAME_SP(sp)
    zero    t2, t3, s6
    begin
1:  addi    t0, t0, PUSHED - POPPED
    bnez    t0, line
    all     lw, 10, 11, 12
    lw      t0, FRAME_SP(sp)
    zero    t3, t5, t6
    go_back
    .size entry_out, . - entry_out
