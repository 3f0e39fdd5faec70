// wake.S (riscv32) - the short way to a thread that waits: POST, WAKE, interrupts;
// YIELD; and the way out to another thread.
//
// What wait_wake() of kernel/wait.c does, for the case that is nearly all: one
// thread waits for the word, it is at home, in no monitor, and more urgent than
// who runs. Then nobody else of its priority is ready, its word leaves the tree,
// and it goes on at once. Whatever is unusual is found before anything is
// changed, and C decides it from the start.
//
// Only where stacks are cut by top of range, as in call.S, from where system calls
// come: sp the thread, t0 its stack pointer, which is sound. a2-a6 and t1-t6 are of
// no use to anybody.

#include "board.h"
#include "clint_plic.inc"
#include "entry.inc"

    .equ THREAD_BYTES, PORT_CONTEXT_BYTES + 52
    .equ INTERRUPT_SHIFT, 4         // 16 bytes: event, bits, line
    .equ NONE, 0xff
    .equ READY, 1                   // enum cmrx_thread_state
    .equ RUNNING, 3                 // enum cmrx_process_state
    .equ EXTERNAL, 11               // mcause
    .equ TIMER, 7
    .equ SOFTWARE, 3

    .macro set_bits
    lw      t4, 0(a4)
    or      t4, t4, a1
    sw      t4, 0(a4)
    .endm

    .section .text.entry, "ax", %progbits

// a3 the process, a4 the word, t6 where to go on. Found: t4 is 0, t1 the thread, t5
// its priority, t2 `sched`, t3 its levels, and the tree has the thread at a3 +
// PROCESS_WAITING. Otherwise t4 is not 0; nobody waits there: t1 is 0.
    function find
    lbu     t1, PROCESS_WAITING(a3)
    li      t4, 1
    beqz    t1, 9f
    address t2, threads - THREAD_BYTES
    li      t3, THREAD_BYTES
    mul     t1, t1, t3
    add     t1, t1, t2
    lw      t5, THREAD_KEY(t1)
    bne     t5, a4, 2f
1:  lw      t4, THREAD_LOWER(t1)    // others wait, too, or for words below; or
    lw      t5, THREAD_WORDS(t1)    // for a mutex; or it is not at home, or has
                                    // a monitor
    or      t4, t4, t5
    lhu     t5, THREAD_DEPTH(t1)
    or      t4, t4, t5
    lw      t5, THREAD_NEXT(t1)
    xor     t5, t5, t1
    or      t4, t4, t5
    bnez    t4, 9f
    lbu     t5, THREAD_PRIORITY(t1)
    address t2, sched
    lw      t3, SCHED_LEVELS(t2)
    srl     t4, t3, t5              // as urgent is ready, or more
9:  jr      t6

// Words of which that is not the first: on by the bits of the address.
2:  srli    a5, a4, 2               // WORD_BITS
3:  andi    t5, a5, 1
    add     a3, t1, t5
    addi    a3, a3, THREAD_WORDS - PROCESS_WAITING
    lbu     t5, PROCESS_WAITING(a3)
    beqz    t5, 4f
    mul     t1, t5, t3
    add     t1, t1, t2
    lw      t5, THREAD_KEY(t1)
    beq     t5, a4, 1b
    srli    a5, a5, 1
    j       3b
4:  li      t1, 0
    jr      t6
    .size find, . - find

// C decides it. What was found on the way here is the kernel's, and the thread may go
// on as it came.
    function slow
    andi    t2, a7, 0xff
    zero    a3, a4, t3, t4, t5, t6
    j       entry_handler
    .size slow, . - slow

    function entry_post
    lw      a2, THREAD_INSIDE(sp)
    lw      a2, PROCESS_IMAGE(a2)
    lbu     a3, PROCESS_IMAGE_POST_COUNT(a2)
    bgeu    a0, a3, slow
    lw      a2, PROCESS_IMAGE_POSTS(a2)
    slli    a3, a0, 2
    add     a2, a2, a3
    lw      a2, 0(a2)               // the event: process, word
    lw      a3, 0(a2)
    lw      a4, 4(a2)
    jal     t6, find
    beqz    t4, 1f
    bnez    t1, slow
    lw      t4, 0(a2)               // nobody
    lbu     t4, PROCESS_STATE(t4)
    addi    t4, t4, -RUNNING
    bnez    t4, slow
    set_bits
    li      a0, 0
    j       answered
1:  set_bits
    li      a0, 0
    j       woken
    .size entry_post, . - entry_post

    function entry_wake
    lw      a3, THREAD_INSIDE(sp)
    lw      a2, PROCESS_IMAGE(a3)
    lw      t2, PROCESS_IMAGE_MEMORY(a2)
    lw      t3, PROCESS_IMAGE_MEMORY + 4(a2)
    sub     t2, a0, t2              // wait_may(): a region is whole words
    bgeu    t2, t3, slow
    andi    t2, a0, 3
    bnez    t2, slow
    beqz    a1, slow
    mv      a4, a0
    jal     t6, find
    beqz    t4, 1f
    bnez    t1, slow
    li      a0, 0                   // none was woken
    j       answered
1:  li      a0, 1
    // fall through
    .size entry_wake, . - entry_wake

// The thread t1 goes on, for who has called: whose answer is a0, 0, CMRX_OK.
    function woken
    keep_answered zero
    keep_behind t4
    // fall through
    .size woken, . - woken

// Commit: the thread t1, as found, leaves the tree, its system call is answered,
// and it runs. The registers of who ran are kept.
    function go_on
    sb      zero, PROCESS_WAITING(a3)
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
    check   a0
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
    // fall through
    .size entry_switch, . - entry_switch

    resume

// Nothing is changed but what is told: a0, 0, CMRX_OK.
    function answered
    checked
    behind_ecall t1
    csrw    mepc, t1
    csrw    mscratch, sp
    mv      sp, t0
    zero    a1, a2, a3, a4, a5, a6, a7, t0, t1, t2, t3, t4, t5, t6
    mret
    .size answered, . - answered

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
    li      a0, 0
    keep_answered zero
    keep_behind t4
    j       runs
    .size entry_yield, . - entry_yield

// An interrupt: of a driver, as kernel_irq() has it, or another. The line is claimed
// and closed at its gateway until its driver completes it: it need not be masked.
    function entry_irq
    keep_all
    csrr    t1, mepc
    sw      t1, FRAME_PC(sp)
    .global irq_kept                // for the tools: all is in the context
irq_kept:
    andi    t1, t0, (EXTERNAL ^ TIMER) | (EXTERNAL ^ SOFTWARE)
    bnez    t1, entry_interrupt
    claim   a0
    beqz    a0, 1f                  // a line that was forgotten
    lui     t1, %hi(interrupt_owner)
    add     t1, t1, a0
    lbu     t1, %lo(interrupt_owner)(t1)
    li      t2, NONE
    beq     t1, t2, slow_irq
    slli    t1, t1, INTERRUPT_SHIFT
    address t2, interrupts
    add     t1, t1, t2
    lw      a3, 0(t1)               // process, word, bits
    lw      a4, 4(t1)
    lw      a1, 8(t1)
    jal     t6, find
    bnez    t4, slow_irq
    .if KERNEL_CHECKED
    li      a7, 0xff                // no system call
    .endif
    set_bits
    j       go_on
slow_irq:
    kernel_stack
    call    kernel_irq
1:  j       entry_leave
    .size entry_irq, . - entry_irq
