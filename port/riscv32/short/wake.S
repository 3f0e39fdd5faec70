// wake.S (riscv32) - the short way to a thread that waits: POST, WAKE, interrupts;
// YIELD; and the way out to another thread.
//
// What wait_wake() of kernel/wait.c does, for the case that is nearly all: one
// thread waits for the word, it is at home, in no monitor, and more urgent than
// who runs. Then nobody else of its priority is ready, its word leaves the tree,
// wherever it is in there, and it goes on at once. Or nobody waits for it. Whatever is unusual is found before
// anything is changed, and C decides it from the start.
//
// Only where stacks are cut by top of range, as in call.S, from where system calls
// come: sp the thread, t0 its stack pointer, which is sound. t1-t6, a5 and a6 are of
// no use to anybody.

#include "board.h"
#include "clint_plic.inc"
#include "short.inc"

    .equ THREAD_BYTES, PORT_CONTEXT_BYTES + 52
    .equ INTERRUPT_SHIFT, 4         // 16 bytes: event, bits, line
    .equ NONE, 0xff
    .equ READY, 1                   // enum cmrx_thread_state
    .equ RUNNING, 3                 // enum cmrx_process_state

// The process in a6, the word in a5. Nothing unusual: goes on, with the thread that
// waits for it in t1, its priority in t5, `sched` in t2, its levels in t3; the tree has
// the thread at a6 + PROCESS_WAITING, and nothing below it. Changes t4; a2-a4, which
// are 0 in the answer, where leaf_raise comes in between.
    .macro find otherwise
    jal     t6, find
    bnez    t4, \otherwise
    .endm

    .macro set_bits
    lw      t4, 0(a5)
    or      t4, t4, a1
    sw      t4, 0(a5)
    .endm

    .section .text.entry, "ax", %progbits

// For `find`: t4 is 0, or nobody waits there, and t1 is 0, or it is unusual.
    function find
    lbu     t1, PROCESS_WAITING(a6)
    address t2, threads - THREAD_BYTES
    li      t3, THREAD_BYTES
    li      t4, 1
    beqz    t1, 9f                  // nobody waits there
    mul     t1, t1, t3
    add     t1, t1, t2
    lw      t5, THREAD_KEY(t1)
    bne     t5, a5, 2f
1:  lhu     t4, THREAD_DEPTH(t1)    // it is not at home, or has a monitor; or
    lw      t5, THREAD_LOWER(t1)    // others wait, too
    or      t4, t4, t5
    lw      t5, THREAD_NEXT(t1)
    xor     t5, t5, t1
    or      t4, t4, t5
    bnez    t4, 9f
    lw      t5, THREAD_WORDS(t1)
    bnez    t5, leaf_raise          // for words below; or it is a mutex
    lbu     t5, THREAD_PRIORITY(t1)
    address t2, sched
    lw      t3, SCHED_LEVELS(t2)
    srl     t4, t3, t5              // as urgent is ready, or more
9:  jr      t6

// Words of which that is not the first: on by the bits of the address.
2:  srli    t4, a5, 1               // WORD_BITS - 1
3:  srli    t4, t4, 1
    andi    t5, t4, 1
    add     a6, t1, t5
    addi    a6, a6, THREAD_WORDS - PROCESS_WAITING
    lbu     t1, PROCESS_WAITING(a6)
    beqz    t1, 4f
    mul     t1, t1, t3
    add     t1, t1, t2
    lw      t5, THREAD_KEY(t1)
    beq     t5, a5, 1b
    j       3b
4:  li      t4, 1
    jr      t6
    .size find, . - find

// Others wait for words below, or it is a mutex: t5 are the words, and who owns it.
// By words_leaf() of kernel/words.c any leaf below the thread takes its place; what
// leaves the tree is at a6 + PROCESS_WAITING then, in the thread itself, and of no use
// any more.
    function leaf_raise
    srli    t4, t5, 16              // owner, also
    bnez    t4, 9f
    lbu     t5, THREAD_PRIORITY(t1)
    address t2, sched
    lw      t3, SCHED_LEVELS(t2)
    srl     t4, t3, t5
    bnez    t4, 9f
    li      a5, THREAD_BYTES
    mv      a2, t1
1:  addi    a2, a2, THREAD_WORDS
    lbu     a3, 0(a2)
    bnez    a3, 2f
    addi    a2, a2, 1
    lbu     a3, 0(a2)
    beqz    a3, 3f
2:  mv      a4, a2                  // the place of the next
    mul     a2, a3, a5
    address t4, threads - THREAD_BYTES
    add     a2, a2, t4
    j       1b
3:  lbu     t4, 0(a4)               // nothing is below it
    sb      zero, 0(a4)
    sb      t4, PROCESS_WAITING(a6)
    lhu     t4, THREAD_WORDS(t1)
    sh      t4, -1(a2)
    addi    a6, t1, THREAD_WORDS - PROCESS_WAITING
    lw      a5, THREAD_KEY(t1)
    li      t4, 0
9:  jr      t6
    .size leaf_raise, . - leaf_raise

    function entry_post
    lw      a6, THREAD_INSIDE(sp)
    lw      a6, PROCESS_IMAGE(a6)
    lbu     t3, PROCESS_IMAGE_POST_COUNT(a6)
    bgeu    a0, t3, slow
    lw      t1, PROCESS_IMAGE_POSTS(a6)
    mv      t3, a0
    element t1, t3                  // the event: process, word
    lw      a6, 0(t1)
    lw      a5, 4(t1)
    find    1f
    set_bits
    li      a0, 0
    j       woken

1:  bnez    t1, slow
    lw      t1, THREAD_INSIDE(sp)   // once more: a6 may have gone on from there
    lw      t1, PROCESS_IMAGE(t1)
    lw      t1, PROCESS_IMAGE_POSTS(t1)
    mv      t3, a0
    element t1, t3
    lw      t1, 0(t1)
    lbu     t1, PROCESS_STATE(t1)
    addi    t1, t1, -RUNNING
    bnez    t1, slow
    set_bits
    j       answered
    .size entry_post, . - entry_post

    function entry_wake
    lw      a6, THREAD_INSIDE(sp)
    lw      t1, PROCESS_IMAGE(a6)
    lw      t2, PROCESS_IMAGE_MEMORY(t1)
    lw      t3, PROCESS_IMAGE_MEMORY + 4(t1)
    sub     t2, a0, t2              // wait_may(): a region is whole words
    bgeu    t2, t3, slow
    andi    t2, a0, 3
    bnez    t2, slow
    beqz    a1, slow
    mv      a5, a0
    find    1f
    li      a0, 1
    j       woken

1:  bnez    t1, slow
    // fall through
    .size entry_wake, . - entry_wake

// Nobody has been woken: who has called goes on, with 0, 0, CMRX_OK.
    function answered
    zero    a0, a1, a2
    checked
    behind_ecall t0
    csrw    mepc, t0
    csrrw   sp, mscratch, sp
    zero_of_no_use
    mret
    .size answered, . - answered

// The thread t1 goes on, for who has called: whose answer is a0, 0, CMRX_OK.
    function woken
    li      a1, 0
    keep_called sw0
    // fall through
    .size woken, . - woken

// Commit: the thread t1, as found, leaves the tree, its system call is answered,
// and it runs. The registers of who ran are kept.
    function go_on
    sb      zero, PROCESS_WAITING(a6)
    sw      zero, FRAME_A0(t1)
    sw      zero, FRAME_A0 + 4(t1)
    sw      zero, FRAME_A0 + 8(t1)
    slli    t4, t5, 2
    add     t4, t4, t2
    sw      t1, SCHED_READY(t4)     // next and previous are itself: it was alone
    li      t4, READY
    sb      t4, THREAD_STATE(t1)
    sll     t4, t4, t5
    or      t3, t3, t4
    sw      t3, SCHED_LEVELS(t2)
    // fall through
    .size go_on, . - go_on

// t1 runs now, t2 is `sched`.
    function runs
    sw      t1, SCHED_LOADED(t2)
    lui     t4, %hi(running)
    sw      t1, %lo(running)(t4)
    mv      a0, t1
    check
    // fall through
    .size runs, . - runs

// void entry_switch(struct thread *t): to t, by its map, as sched_map() and
// port_map() have it, and its registers.
    function entry_switch
    lw      t1, THREAD_IMAGE(a0)
    lbu     t2, THREAD_DEPTH(a0)
    lw      t3, THREAD_IMAGE_HOME(t1)
    lw      t4, THREAD_IMAGE_WINDOW + WINDOW_LOW(t1)
    csrw    pmpaddr4, t4
    lw      t4, THREAD_CUT(a0)
    csrw    pmpaddr5, t4
    lw      t3, PROCESS_IMAGE(t3)   // its origin
    lw      t4, PROCESS_IMAGE_LENT + 8(t3)
    csrw    pmpaddr7, t4
    lw      t6, PROCESS_IMAGE_LENT + 12(t3)
    beqz    t2, 1f

    // It is inside of another process; its own caller lends, too.
    record  t1, t1, t2, t3
    lw      t3, CALL_CALLER - CALL_BYTES(t1)
    lw      t3, PROCESS_IMAGE(t3)
    load_lent t3, t5
    lw      t3, THREAD_INSIDE(a0)
    lw      t3, PROCESS_IMAGE(t3)
    load_map t3
    j       2f
1:  load_map t3
    load_lent t3, t5
2:  or      t5, t5, t6
    li      t4, STACK_CONFIG
    or      t5, t5, t4
    csrw    pmpcfg1, t5             // last of all: QEMU looks at addresses then
    j       entry_resume
    .size entry_switch, . - entry_switch

// C decides it.
    function slow
    andi    t2, a7, 0xff
    j       entry_handler
    .size slow, . - slow

// sys_yield(): to the next of its equals, when the turn needs no alarm.
    function entry_yield
    address t2, sched
    lw      t1, THREAD_NEXT(sp)
    lw      t3, SCHED_TURN_OF(t2)
    lbu     t4, SCHED_SHARED(t2)
    beq     t1, sp, slow
    beqz    t4, slow
    beqz    t3, 1f
    bne     t3, sp, slow            // somebody's who was preempted in it
1:  lbu     t5, THREAD_PRIORITY(sp)
    slli    t5, t5, 2
    add     t5, t5, t2
    sw      t1, SCHED_READY(t5)
    sw      t1, SCHED_TURN_OF(t2)
    sb      zero, SCHED_TURN_IS_HALF(t2)
    zero    a0, a1
    keep_called sw0
    j       runs
    .size entry_yield, . - entry_yield

// An interrupt: of a driver, as kernel_irq() has it, or another. The line is claimed
// and closed at its gateway until its driver completes it: it need not be masked.
    function entry_irq
    keep_interrupted
    .global irq_kept                // for the tools: all is in the context
irq_kept:
    andi    t1, t0, (INTERRUPT_EXTERNAL ^ INTERRUPT_TIMER) | (INTERRUPT_EXTERNAL ^ INTERRUPT_SOFTWARE)
    bnez    t1, other_irq
line_kept:
    claim   a0                      // 0: one that was forgotten, which is nobody's
    lui     t1, %hi(interrupt_owner)
    add     t1, t1, a0
    lbu     t1, %lo(interrupt_owner)(t1)
    li      t2, NONE
    beq     t1, t2, slow_irq
    slli    t1, t1, INTERRUPT_SHIFT
    address t2, interrupts
    add     t1, t1, t2
    lw      a6, 0(t1)               // process, word, bits
    lw      a5, 4(t1)
    lw      a1, 8(t1)
    find    slow_irq
    .if KERNEL_CHECKED
    li      a7, 0xff                // no system call
    .endif
    set_bits
    j       go_on
other_irq:
    interrupt_in_c
    j       out
slow_irq:
    kernel_stack
    call    kernel_irq
out:
    bnez    a0, entry_out
    csrr    a0, mscratch
    j       entry_resume
    .size entry_irq, . - entry_irq

// A line that waits, as C said on its way out: it comes now, and not behind that. All
// is in the context.
    function line
    csrr    t1, mtvec
    address t2, entry
    bne     t1, t2, line_in_c
    lui     sp, %hi(running)
    lw      sp, %lo(running)(sp)
    csrw    mscratch, sp
    j       line_kept
    .size line, . - line
