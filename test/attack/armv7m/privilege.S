// privilege.S - instructions that only the kernel may use, or nobody.
//
// Most are ignored without privilege (DDI 0403E B5.2). What would stop time is
// followed by a while of work, so that a bystander would notice.

#include "deed.inc"

// A few milliseconds, without a trap. Changes r3.
    .macro linger
    movw    r3, #20000
1:  subs    r3, #1
    bne     1b
    .endm

// Then a trap: with interrupts masked for good it would be a HardFault.
    .macro trap_time
    mov     r12, #SYS_TIME
    svc     #0
    .endm

// CONTROL (3: no privilege, PSP) in bits 0-7, IPSR (0) above.
deed look
    mrs     r0, control
    mrs     r1, ipsr
    orr     r0, r0, r1, lsl #8
    bx      lr

deed clear_control
    movs    r1, #0
    msr     control, r1
    isb
    mrs     r0, control
    bx      lr

deed mask
    cpsid   i
    linger
    trap_time
    movs    r0, #0
    bx      lr

deed mask_all
    cpsid   f
    linger
    trap_time
    movs    r0, #0
    bx      lr

deed mask_faults
    movs    r1, #1
    msr     primask, r1
    msr     faultmask, r1
    isb
    linger
    trap_time
    movs    r0, #0
    bx      lr

deed mask_base
    movs    r1, #1
    msr     basepri, r1
    msr     basepri_max, r1
    isb
    linger
    trap_time
    movs    r0, #0
    bx      lr

// r0: the new stack pointer of the kernel
deed set_msp
    msr     msp, r0
    isb
    linger
    trap_time
    movs    r0, #0
    bx      lr

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
    mrs     r1, basepri
    orrs    r0, r1
    mrs     r1, faultmask
    orrs    r0, r1
    mrs     r1, ipsr
    orrs    r0, r1
    bx      lr

// A trap with every flag set, which must be back: 0 is right. Then a trap in
// the middle of an IT block.
deed flags
    mov     r0, #0xf8000000
    msr     apsr_nzcvq, r0
    mov     r12, #SYS_TIME
    svc     #0
    mrs     r0, apsr
    and     r0, r0, #0xf8000000
    eor     r0, r0, #0xf8000000
    mov     r3, r0
    cmp     r0, r0
    mov     r12, #SYS_TIME
    itte    eq
    svceq   #0
    moveq   r0, #0
    movne   r0, #1
    bx      lr

// Floods of what may make the processor sleep or wake; r0 times.
deed hints
1:  wfi
    sev
    wfe
    yield
    nop
    clrex
    dmb
    dsb
    isb
    subs    r0, #1
    bgt     1b
    movs    r0, #0
    bx      lr

// Execute sample r0 of those below, 8 bytes each.
deed sample
    adr     r1, samples
    add     r1, r1, r0, lsl #3
    orr     r1, r1, #1
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
    sample  0xfbb0, 0xf0f2          // 15 UDIV r0, r0, r2: by zero
    sample  0xfb90, 0xf0f2          // 16 SDIV
    sample  0xbf18                  // 17 IT NE, then a branch
    sample  0xf3bf, 0x8f6f          // 18 ISB
