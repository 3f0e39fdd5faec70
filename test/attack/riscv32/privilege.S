// privilege.S (riscv32) - instructions that only the kernel may use, or nobody.
//
// Without privilege all of them are illegal (Privileged Architecture, 2.1). What
// would stop time is followed by a while of work, so that a bystander would notice.

#include "deed.inc"

// 3, as where there is something to look at: no instruction tells a program that
// it has no privilege, but a load that the kernel alone may do does. judge.c has
// that after every row.
deed look
    li      a0, 3
    ret

deed clear_control
    csrw    mstatus, zero
    ret

deed mask
    csrw    mie, zero
    ret

deed set_msp
    csrw    mscratch, a0
    ret

deed set_psp
    csrw    mtvec, a0
    ret

deed system_registers
    csrr    a0, mcause
    ret

deed flags
    mret

// Floods of what may make the processor sleep or order; a0 times.
deed hints
1:  wfi
    fence
    fence.i
    nop
    .word   0x0100000f              // PAUSE
    addi    a0, a0, -1
    bgtz    a0, 1b
    li      a0, 0
    ret

// Execute sample a0 of those below, 8 bytes each.
deed sample
    lui     a1, %hi(samples)
    addi    a1, a1, %lo(samples)
    slli    a0, a0, 3
    add     a1, a1, a0
    li      a0, 0
    li      a2, 0
    jr      a1

    .balign 16
samples:
    .macro sample word:vararg
    .option push
    .option norvc
    \word
    .option pop
    ret
    .balign 8
    .endm
    sample  .word 0                 // 0 twice the short one that is none
    sample  .word 0xffffffff        // 1 longer than any
    sample  unimp                   // 2 a write to a counter
    sample  .word 0x0000007f        // 3 an opcode of nobody
    sample  .word 0x7b200073        // 4 DRET
    sample  sret                    // 5
    sample  mret                    // 6
    sample  .word 0x00200073        // 7 URET
    sample  sfence.vma              // 8
    sample  ebreak                  // 9
    sample  .word 0x00002007        // 10 FLW
    sample  .word 0x00000053        // 11 FADD.S
    sample  .word 0xf0000053        // 12 FMV.W.X
    sample  .word 0x00302073        // 13 CSRR of FCSR
    sample  csrr a0, mstatus        // 14
    sample  csrr a0, mhartid        // 15
    sample  csrr a0, misa           // 16
    sample  csrr a0, mepc           // 17
    sample  csrr a0, mtval          // 18
    sample  csrr a0, mip            // 19
    sample  csrr a0, mcycle         // 20
    sample  csrr a0, cycle          // 21
    sample  csrr a0, time           // 22
    sample  csrr a0, instret        // 23
    sample  csrr a0, pmpcfg0        // 24
    sample  csrr a0, pmpaddr0       // 25
    sample  csrw pmpcfg0, zero      // 26
    sample  csrw pmpaddr0, zero     // 27
    sample  csrw pmpcfg1, zero      // 28
    sample  csrw pmpaddr5, a0       // 29
    sample  csrw mtvec, zero        // 30
    sample  csrw mepc, zero         // 31
    sample  csrw mcause, zero       // 32
    sample  csrw mscratch, zero     // 33
    sample  csrw mcounteren, a0     // 34
    sample  csrw mip, a0            // 35
    sample  csrsi mstatus, 8        // 36
    sample  csrci mstatus, 8        // 37
    sample  csrr a0, sstatus        // 38
    sample  csrw satp, zero         // 39
    sample  csrr a0, 0x7a0          // 40 TSELECT
    sample  csrr a0, 0x7b0          // 41 DCSR
    sample  csrr a0, 0xbff          // 42 of nobody
    sample  fence.i                 // 43
    sample  .word 0x00000057        // 44 a vector instruction

// 46: semihosting: EBREAK between two instructions that do nothing.
    .balign 16
semihost:
    .option push
    .option norvc
    slli    zero, zero, 0x1f
    ebreak
    srai    zero, zero, 7
    .option pop
    ret
