// entry.S (riscv32) - from reset, and into the kernel by the long way. The short ways
// (short/) put theirs in place of `entry` and `line`, which are weak here.
//
// A trap comes from a program (M mode takes no interrupts, and a fault of the
// kernel is a defect). mscratch holds the thread that runs, whose first member is its context:
// there go its registers. Nothing is stored through its stack pointer, which may be
// anything. The kernel's stack is empty at each entry.
//
// A system call leaves registers of which nobody has any use any more: a thread that
// waits in one goes on with 0 in them. Only of one that was interrupted all are in
// the context, and INTERRUPTED says so.

#include "entry.inc"

// ---- Where the processor begins, and for the tools: the ways in, as a table.

    .section .vectors, "ax", %progbits
    .balign 4
    .global cmrx_vectors
cmrx_vectors:
    .option push
    .option norvc
    lui     t0, %hi(entry_reset)
    jalr    zero, %lo(entry_reset)(t0)
    .option pop
    .word   cmrx_kernel_stack_top
    .word   cmrx_reset
    .word   entry
    .word   entry_without_cut
    .word   entry_wrong

    .section .text.entry, "ax", %progbits

// Reset, or board_reset(): no interrupts, one hart, the stack of the kernel.
    function entry_reset
    csrw    mie, zero
    csrci   mstatus, 8              // MIE
    csrr    t0, mhartid
1:  beqz    t0, 2f
    wfi                             // the others are not used
    j       1b
2:  kernel_stack
    address t0, entry
    csrw    mtvec, t0               // direct mode
    j       cmrx_reset
    .size entry_reset, . - entry_reset

// Any trap, where there is no short way: they need stacks cut by top of range.
    .balign 4
    function entry_without_cut
    csrrw   sp, mscratch, sp
    sw      t0, FRAME_T0(sp)
    csrr    t0, mcause
    .global entry_without_cut_cause // for the tools: it is in t0
entry_without_cut_cause:
    xori    t0, t0, ECALL
    beqz    t0, entry_slow
    bgez    t0, entry_fault
    keep_interrupted
    interrupt_in_c
    j       entry_leave
    .size entry_without_cut, . - entry_without_cut
    weak    entry, entry_without_cut

// A system call by the long way.
    function entry_slow
    csrr    t0, mscratch
    keep_called sw
    csrw    mscratch, sp
    mv      a0, sp
    mv      a1, sp
    kernel_stack
    call    kernel_syscall
    j       entry_leave
    .size entry_slow, . - entry_slow

// Of a program, or it is a defect: then what is in the context is lost anyway.
    function entry_fault
    keep_interrupted
    csrr    t0, mstatus
    slli    t0, t0, 31 - 12         // MPP: 0 or 3
    bltz    t0, entry_wrong
    kernel_stack
    call    fault_enter
    // fall through

    .size entry_fault, . - entry_fault

// Out: port_resume in a0. By C, where a map is not four entries and a cut.
    function entry_leave
    csrr    s0, mscratch
    beqz    a0, 2f
    andi    t0, a0, PUSHED | POPPED
    li      t1, PORT_LINE
    beq     t0, t1, line
    xor     s0, a0, t0
    mv      a1, a0
    mv      a0, s0
    bnez    t0, 1f
    call    sched_map
    j       2f
1:  call    port_park
2:  mv      a0, s0
    // fall through
    .size entry_leave, . - entry_leave

// _Noreturn void entry_resume(struct port_context *c)
// A reservation of another thread must not be left: the store does not succeed,
// or stores what is there (A extension, 8.2).
    function entry_resume
    mv      sp, a0
    csrw    mscratch, sp
    lw      t0, FRAME_PC(sp)
    sc.w    t1, t0, (sp)
    andi    t1, t0, INTERRUPTED
    sub     t0, t0, t1
    csrw    mepc, t0
    all_called lw, lw
    beqz    t1, 1f
    all     lw, 5
    all_of_no_use lw
    lw      sp, FRAME_SP(sp)
    mret
1:  lw      sp, FRAME_SP(sp)
    zero_of_no_use
    mret
    .size entry_resume, . - entry_resume

// A line that waits, as C said on its way out: it comes now, and not behind that. All
// is in the context.
    function line_in_c
    lui     t0, %hi(running)
    lw      t0, %lo(running)(t0)
    csrw    mscratch, t0
    li      a0, INTERRUPT_EXTERNAL
    kernel_stack
    call    interrupt_enter
    j       entry_leave
    .size line_in_c, . - line_in_c
    weak    line, line_in_c

// A trap that the kernel does not expect, from its own code.
    function entry_wrong
    kernel_stack
    csrr    a0, mcause
    li      t0, 0x10000
    or      a0, a0, t0
    call    panic
    .size entry_wrong, . - entry_wrong

// ---- The self-test: run a probe without privilege, and see what ends it.

// uint32_t selftest_run(uint32_t pc, uint32_t argument, uint32_t sp): mcause.
    function selftest_run
    addi    sp, sp, -16
    sw      ra, 12(sp)
    csrw    mscratch, sp
    csrw    mepc, a0
    li      t0, 3 << 11             // MPP: U
    csrc    mstatus, t0
    address t0, selftest_entry
    csrrw   t0, mtvec, t0
    mv      a0, a1
    mv      sp, a2
    mret
    .size selftest_run, . - selftest_run

// The probes change a1, and nothing else.
    .balign 4
    function selftest_entry
    csrr    sp, mscratch
    lw      ra, 12(sp)
    addi    sp, sp, 16
    csrw    mtvec, t0
    csrr    a0, mcause
    ret
    .size selftest_entry, . - selftest_entry

// The probes: 32 bytes, so that an entry shows them and nothing else.
    .balign 32
    .global selftest_probes, selftest_load, selftest_store, selftest_jump
selftest_probes:
selftest_load:
    lw      a1, 0(a0)
    ecall
selftest_store:
    sw      a1, 0(a0)
    ecall
selftest_jump:
    jr      a0
    .balign 32
