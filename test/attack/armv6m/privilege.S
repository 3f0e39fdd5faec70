// privilege.S (armv6m) - instructions that only the kernel may use, or nobody.
//
// Most are ignored without privilege (DDI 0419 B4.2). What would stop time is
// followed by a while of work, so that a bystander would notice.

#include "deed.inc"

// A few milliseconds, without a trap. Changes r3.
    .macro linger
    ldr     r3, =20000
1:  subs    r3, #1
    bne     1b
    .endm

// System call TIME. Changes r3.
    .macro trap
    movs    r3, #SYS_TIME
    mov     r12, r3
    svc     #0
    .endm

// Then a trap: with interrupts masked for good it would be a HardFault.
    .macro come_back
    linger
    trap
    movs    r0, #0
    bx      lr
    .pool
    .endm

// CONTROL (3: no privilege, PSP) in bits 0-7, IPSR (0) above.
deed look
    mrs     r0, control
    mrs     r1, ipsr
    lsls    r1, r1, #8
    orrs    r0, r1
    bx      lr

deed clear_control
    movs    r1, #0
    msr     control, r1
    isb
    mrs     r0, control
    bx      lr

deed mask
    cpsid   i
    come_back

deed mask_anew
    movs    r1, #1
    msr     primask, r1
    isb
    come_back

// r0: the new stack pointer of the kernel
deed set_msp
    msr     msp, r0
    isb
    come_back

// The process's own is written with MOV; MSR is for the kernel.
deed set_psp
    mov     r1, sp
    msr     psp, r0
    isb
    mov     r2, sp
    subs    r0, r1, r2
    bx      lr

// All that could tell something of the kernel: or of them.
deed system_registers
    mrs     r0, msp
    mrs     r1, psp
    orrs    r0, r1
    mrs     r1, primask
    orrs    r0, r1
    mrs     r1, ipsr
    orrs    r0, r1
    bx      lr

// A trap with every flag set, which must be back: 0 is right.
deed flags
    movs    r0, #SYS_TIME
    mov     r12, r0
    movs    r0, #0xf0
    lsls    r0, r0, #24
    msr     apsr_nzcvq, r0
    svc     #0
    mrs     r0, apsr
    lsrs    r0, r0, #28
    movs    r1, #15
    eors    r0, r1
    bx      lr

// Floods of what may make the processor sleep or wake; r0 times.
deed hints
1:  wfi
    sev
    wfe
    yield
    nop
    dmb
    dsb
    isb
    subs    r0, #1
    bgt     1b
    movs    r0, #0
    bx      lr

// Execute sample r0 of those below, 8 bytes each.
    .balign 4
deed sample
    adr     r1, samples
    lsls    r0, r0, #3
    adds    r1, r1, r0
    adds    r1, #1
    movs    r0, #0
    movs    r2, #0
    bx      r1

    .balign 8
samples:
    .macro sample first, second=0xbf00
    .hword  \first, \second
    bx      lr
    nop
    .endm
    sample  0xde00                  // 0 UDF
    sample  0xf7f0, 0xa000          // 1 UDF.W
    sample  0xffff, 0xffff          // 2 nothing
    sample  0xde42                  // 3 UDF, another one
    sample  0xf7f0, 0x8000          // 4 SMC, likewise
    sample  0xf7ff, 0xafff          // 5 UDF.W, another one
    sample  0xbe00                  // 6 BKPT
    sample  0xbeab                  // 7 BKPT: semihosting, SYS 0
    sample  0xee00, 0x0000          // 8 CDP p0
    sample  0xee00, 0x0f10          // 9 MCR p15
    sample  0xed90, 0x0100          // 10 LDC p1
    sample  0xec41, 0x0000          // 11 MCRR p0
    sample  0xee00, 0x0a10          // 12 VMOV s0, r0
    sample  0xeef1, 0x0a10          // 13 VMRS r0, fpscr
    sample  0xec2d, 0x0a10          // 14 VSTMDB sp!, {s0-s15}
    sample  0xe850, 0x0f00          // 15 LDREX r0, [r0]
    sample  0xbf00                  // 16 NOP
    sample  0xbf00                  // 17 NOP
    sample  0xf3bf, 0x8f6f          // 18 ISB
