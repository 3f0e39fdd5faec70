// secure.S (mps2_an505_ns) - the Secure world: gives its half away, and leaves.
//
// Code from 0x00200000, RAM from 0x28200000 (the rest stays behind the memory
// protection controllers), devices, all interrupts, and the faults that can be, are
// Non-secure; then the kernel's reset is entered. All that
// stays is the handler of SecureFault: a process that touched what is Secure has
// made a fault like any other, and the kernel is told so.
//
// Registers: Armv8-M ARM (DDI 0553) D1.2; Arm SSE-200 TRM; Arm SIE-200 TRM (MPC).

    .syntax unified
    .arch armv8-m.main
    .thumb

    .equ KERNEL, 0x00200000         // its vectors

    .section .text, "ax"
    .global secure_reset
vectors:
    .word   0x38001000              // stack
    .word   secure_reset
    .rept   5
    .word   wrong
    .endr
    .word   secure_fault

// A table of what to write where.
    .balign 4
writes:
    .word   0x50080010, 1           // SECRESPCFG: refusals are bus errors
    .word   0x50080070, 0xffffffff  // APBNSPPC0: timers
    .word   0x50080084, 0xffffffff  // APBNSPPCEXP1: serial ports
    // SAU_RNR, RBAR, RLAR: what the part itself does not call Secure (bit 28)
    .word   0xe000edd8, 0, 0xe000eddc, 0x00000000, 0xe000ede0, 0x0fffffe1
    .word   0xe000edd8, 1, 0xe000eddc, 0x20000000, 0xe000ede0, 0x2fffffe1
    .word   0xe000edd8, 2, 0xe000eddc, 0x40000000, 0xe000ede0, 0x4fffffe1
    .word   0xe000edd8, 3, 0xe000eddc, 0x60000000, 0xe000ede0, 0xdfffffe1
    .word   0xe000edd0, 1           // SAU_CTRL
    .word   0xe000ed24, 1 << 19     // SHCSR: SecureFault enabled
    .word   0xe000ed0c, 0x05fa2000  // AIRCR: BFHFNMINS
interrupts:
    .rept   16
    .word   0xe000e380 + 4 * ((. - interrupts) / 8), 0xffffffff // NVIC_ITNS
    .endr
    .word   0xe000ed8c, 3 << 10     // NSACR: floating point
    .word   0xe002ed08, KERNEL      // VTOR_NS
    .word   0

    .thumb_func
secure_reset:
    ldr     r0, =0x58007000         // MPC of the code: its upper half
    movs    r1, #1
    bl      give
    ldr     r0, =0x58009000         // MPC of SSRAM3: all
    movs    r1, #0
    bl      give
    adr     r0, writes
1:  ldr     r1, [r0], #4
    cbz     r1, 2f
    ldr     r2, [r0], #4
    str     r2, [r1]
    b       1b
2:  dsb
    isb
    ldr     r0, =KERNEL
    ldrd    r0, r1, [r0]
    msr     msp_ns, r0
    bic     r1, r1, #1
    bxns    r1

// The blocks of the MPC at r0, from half of them on if r1 is 1, are Non-secure.
    .thumb_func
give:
    ldr     r2, [r0]
    orr     r2, r2, #1 << 8         // CTRL: next block after each write
    str     r2, [r0]
    ldr     r2, [r0, #0x10]         // BLK_MAX
    adds    r3, r2, #1
    lsr     r3, r3, #1
    mul     r1, r1, r3              // the first
    str     r1, [r0, #0x18]         // BLK_IDX
    mov     r3, #-1
1:  str     r3, [r0, #0x1c]         // BLK_LUT
    adds    r1, r1, #1
    cmp     r1, r2
    bls     1b
    bx      lr

// Non-secure code has touched what is Secure. Its MemManage comes before it goes
// on, with what it has touched in MMFAR, or one of the values that fault.c knows: not
// known (to QEMU 7.2), executed, its stack. CFSR cannot be set, so it says nothing.
    .thumb_func
secure_fault:
    ldr     r0, =0xe000ede4         // SFSR, and SFAR behind it
    ldr     r1, [r0]
    ldr     r2, [r0, #4]
    str     r1, [r0]
    tst     r1, #1 << 6             // SFARVALID
    it      eq
    moveq   r2, #-2
    tst     r1, #1                  // INVEP
    it      ne
    movne   r2, #-3
    mrs     r1, psp_ns
    tt      r1, r1
    tst     r1, #1 << 22            // TT_RESP.S
    it      ne
    movne   r2, #-1
    ldr     r0, =0xe002ed24         // SHCSR_NS
    str     r2, [r0, #0x10]         // MMFAR_NS
    ldr     r1, [r0]
    orr     r1, r1, #1 << 13        // MEMFAULTPENDED
    str     r1, [r0]
    dsb
    bx      lr

    .thumb_func
wrong:
    b       wrong
    .pool
