// probes.S (riscv32) - what cannot be said in C about registers.

#define CMRX_SYSCALL(number, name, words) .equ SYS_##name, number
#include <cmrx/syscalls.def>

    .text

    .macro function name
    .global \name
    .type \name, %function
\name:
    .endm

// \to is or-ed with the others that are listed.
    .macro gather to, others:vararg
    .irp    r, \others
    or      \to, \to, \r
    .endr
    .endm

// uint32_t probe_registers(self): or of all registers but sp and ra on entry. The
// same of a method with four arguments, whose last is 0x44 and in a4 only.
function probe_registers_of_four
    xori    a4, a4, 0x44
function probe_registers
    li      a0, 0
    gather  a0, a1, a2, a3, a4, a5, a6, a7, t0, t1, t2, t3, t4, t5, t6
    gather  a0, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, gp, tp
    ret
    .size probe_registers, . - probe_registers
    .size probe_registers_of_four, 4

// All but ra and sp are as a0.
    .macro destroy
    .irp    r, a1, a2, a3, a4, a5, a6, a7, t0, t1, t2, t3, t4, t5, t6, gp, tp
    mv      \r, a0
    .endr
    .irp    r, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
    mv      \r, a0
    .endr
    .endm

// uint32_t probe_destroy(self): returns with everything destroyed.
function probe_destroy
    li      a0, 0xdeadbeef
    destroy
    addi    sp, sp, -16
    ret
    .size probe_destroy, . - probe_destroy

// s0-s11, ra, gp and tp are kept on the stack.
    .macro all_kept operation
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    \operation s\n, 4*\n(sp)
    .endr
    \operation ra, 48(sp)
    \operation gp, 52(sp)
    \operation tp, 56(sp)
    .endm

    .macro keep
    addi    sp, sp, -64
    all_kept sw
    .endm

    .macro bring_back
    all_kept lw
    addi    sp, sp, 64
    ret
    .endm

// uint32_t probe_call(word): the call, with a pattern in every register that
// must survive. Returns 0, or a bit for each that did not; bit 16 when one that
// means nothing afterwards has something in it.
    .macro  expect register, value, number
    li      a5, \value
    beq     \register, a5, 1f
    li      a5, 1 << \number
    or      a0, a0, a5
1:
    .endm

function probe_call
    keep
    mv      a7, a0
    li      a4, 8                   // lent
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    li      s\n, 0x50 + \n
    .endr
    mv      s11, sp
    li      gp, 0x333
    li      tp, 0x444
    li      ra, 0x111
    ecall
    li      a0, 0
    gather  a3, a4, a5, a6, a7, t0, t1, t2, t3, t4, t5, t6
    expect  a3, 0, 16
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    expect  s\n, 0x50 + \n, \n
    .endr
    expect  gp, 0x333, 12
    expect  tp, 0x444, 13
    expect  ra, 0x111, 14
    beq     sp, s11, 1f
    ori     a0, a0, 1 << 10
    mv      sp, s11
1:  bring_back
    .size probe_call, . - probe_call

// uint32_t probe_spin(rounds): so often round a loop, with a pattern in every other
// register. Returns 0, or something where one is another afterwards.
    .macro others operation
    .irp    n, 1, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
    \operation \n
    .endr
    .irp    n, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    \operation \n
    .endr
    .endm

    .macro pattern n
    li      x\n, 0x500 + \n
    .endm

    .macro compare n
    xori    x\n, x\n, 0x500 + \n
    or      a0, a0, x\n
    .endm

function probe_spin
    keep
    others  pattern
1:  addi    a0, a0, -1
    bnez    a0, 1b
    others  compare
    bring_back
    .size probe_spin, . - probe_spin

// void probe_stack_pointer(address): a system call with the stack pointer there.
function probe_stack_pointer
    mv      sp, a0
    li      a7, SYS_TIME
    ecall
    j       .
    .size probe_stack_pointer, . - probe_stack_pointer

// _Noreturn void probe_fault_at(address, leap): with the stack pointer there, when it
// has been moved down by so much.
function probe_fault_at
    sub     sp, a0, a1
    unimp
    .size probe_fault_at, . - probe_fault_at

// _Noreturn void probe_lost_stack(void): reads where nothing is of what it may
// touch, with the stack pointer there.
function probe_lost_stack
    li      sp, 0x10000000
    lw      a0, 0(sp)
    j       .
    .size probe_lost_stack, . - probe_lost_stack

// _Noreturn void probe_lost_trap(void): a system call with it there.
function probe_lost_trap
    li      sp, 0x10000000
    li      a7, SYS_TIME
    ecall
    j       .
    .size probe_lost_trap, . - probe_lost_trap

// _Noreturn void probe_fault(void): with a pattern in every register that a record
// has; s2 tells where, and s3 the stack pointer.
function probe_fault
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
    li      a\n, 0xa0 + \n
    .endr
    li      s0, 0xa8
    li      s1, 0xa9
    lui     s2, %hi(probe_fault_here)
    addi    s2, s2, %lo(probe_fault_here)
    mv      s3, sp
    li      s4, 0xac
    li      ra, 0xae
probe_fault_here:
    unimp
    .size probe_fault, . - probe_fault

// int32_t probe_call_from(word, argument): the status of a call after which the
// program goes on at probe_goes_on; 1 when s0 is another then.
    .global probe_goes_on
function probe_call_from
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    li      s0, 0x550
    mv      a7, a0
    mv      a0, a1
    li      a4, 8                   // lent
    lui     ra, %hi(probe_goes_on)
    addi    ra, ra, %lo(probe_goes_on)
    ecall
probe_goes_on:
    mv      a0, a2
    li      a1, 0x550
    beq     s0, a1, 1f
    li      a0, 1
1:  lw      ra, 12(sp)
    lw      s0, 8(sp)
    addi    sp, sp, 16
    ret
    .size probe_call_from, . - probe_call_from

// void probe_thread(uint32_t *seen): the body of a thread. Or-s all registers
// but a0, sp and ra that it begins with, and leaves none of them and of its
// stack 0.
function probe_thread
    gather  a1, a2, a3, a4, a5, a6, a7, t0, t1, t2, t3, t4, t5, t6, gp, tp
    gather  a1, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
    sw      a1, 0(a0)
    li      a0, 0xdeadbeef
    destroy
    addi    sp, sp, -48
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    sw      a0, 4*\n(sp)
    .endr
    addi    sp, sp, 48
    ret
    .size probe_thread, . - probe_thread

function probe_semihosting
    li      a0, 0x18
    .balign 16
    .option push
    .option norvc
    slli    zero, zero, 0x1f
    ebreak
    srai    zero, zero, 7
    .option pop
    ret
    .size probe_semihosting, . - probe_semihosting

function probe_float
    .word   0xf0000053              // fmv.w.x f0, zero
    ret
    .size probe_float, . - probe_float

    .section .rodata.probes, "a"
    .balign 4
    .global probe_cause
    .global probe_psr
    .global probe_float_kind
probe_cause:
    .word   2                       // illegal instruction
probe_psr:
    .word   0                       // there is no such register
probe_float_kind:
    .word   6                       // CMRX_FAULT_INSTRUCTION
