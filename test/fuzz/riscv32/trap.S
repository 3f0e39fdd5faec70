// trap.S (riscv32) - a system call with all registers chosen.

// void fuzz_trap(const uint32_t words[12], uint32_t sp)
// words: a7, then a0-a6, t0-t3. sp: the stack pointer at the ecall; 0: as it is.
// When the kernel comes back here it has kept s0-s11, whatever the others were.
    .section .text.fuzz_trap, "ax", %progbits
    .global fuzz_trap
    .type fuzz_trap, %function
fuzz_trap:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s11, 8(sp)
    mv      s11, sp
    mv      t4, a0
    beqz    a1, 1f
    mv      sp, a1
1:  lw      a7, 0(t4)
    .irp    n, 0, 1, 2, 3, 4, 5, 6
    lw      a\n, 4 + 4*\n(t4)
    .endr
    lw      t0, 32(t4)
    lw      t1, 36(t4)
    lw      t2, 40(t4)
    lw      t3, 44(t4)
    ecall
    mv      sp, s11
    lw      ra, 12(sp)
    lw      s11, 8(sp)
    addi    sp, sp, 16
    ret
    .size fuzz_trap, . - fuzz_trap

// void fuzz_jump(uint32_t address)
    .section .text.fuzz_jump, "ax", %progbits
    .global fuzz_jump
    .type fuzz_jump, %function
fuzz_jump:
    jr      a0
    .size fuzz_jump, . - fuzz_jump

// void fuzz_machine(uint32_t word): what only the kernel may, one of eight.
    .section .text.fuzz_machine, "ax", %progbits
    .global fuzz_machine
    .type fuzz_machine, %function
fuzz_machine:
    andi    a1, a0, 7
    lui     a2, %hi(1f)
    addi    a2, a2, %lo(1f)
    slli    a1, a1, 3
    add     a2, a2, a1
    jr      a2
    .balign 8
    .macro privileged instruction:vararg
    .option push
    .option norvc
    \instruction
    .option pop
    ret
    .balign 8
    .endm
1:  privileged csrw mstatus, a0
    privileged csrw mtvec, a0
    privileged csrw mscratch, a0
    privileged csrw pmpcfg0, a0
    privileged csrw pmpaddr5, a0
    privileged csrw mie, a0
    privileged mret
    privileged csrw mepc, a0
    .size fuzz_machine, . - fuzz_machine
