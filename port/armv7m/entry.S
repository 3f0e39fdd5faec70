// entry.S (armv7m) - every way into the kernel, and the only way out.
//
// All exceptions but faults have one priority, so they never nest. They come
// from thread mode, unprivileged, on PSP: the kernel never waits inside itself.
// Faults are above. One that comes from kernel code is a defect of the kernel.
//
// In the kernel the main stack is empty at each entry. Registers of the thread
// go to its context, in kernel memory: nothing is stored through its stack
// pointer, which may be anything. Offsets are those of struct port_context, the
// first member of struct thread. System calls enter in call.S, interrupts in wake.S.

    .syntax unified
    .thumb

#include "entry.inc"
#include "block.inc"

// ---- All vectors are the kernel's. No process has one.

    .section .vectors, "a"
    .balign 128
    .global cmrx_vectors
cmrx_vectors:
    .word   cmrx_kernel_stack_top
    .word   cmrx_reset
    .word   entry_wrong             // NMI
    .word   entry_hard              // HardFault
    .word   entry_fault             // MemManage
    .word   entry_fault             // BusFault
    .if KERNEL_FLOAT
    .word   entry_float             // UsageFault
    .else
    .word   entry_fault             // UsageFault
    .endif
    .word   entry_fault             // SecureFault, on v8-M
    .rept   3
    .word   entry_wrong
    .endr
    .word   entry_svc
    .word   entry_fault             // DebugMonitor: a BKPT, if a loader wants it so
    .word   entry_wrong
    .word   entry_start             // PendSV
    .word   entry_alarm             // SysTick
    .rept   BOARD_IRQ_LINES
    .word   entry_irq
    .endr

// While protection is being proved, see selftest.c.
    .section .rodata.selftest, "a"
    .balign 128
    .global selftest_vectors
selftest_vectors:
    .word   cmrx_kernel_stack_top
    .rept   15
    .word   selftest_entry
    .endr

    .section .text.entry, "ax"

    .global entry_alarm
    .thumb_func
entry_alarm:
    settle
    save
    bl      kernel_alarm
    leave

// A fault. From thread mode on PSP (bits 2 and 3 of EXC_RETURN) a process has
// done it, also when it came up while the processor stacked or unstacked the
// frame for one of the entries above: no kernel code was running then.
    .global entry_fault
    .thumb_func
entry_fault:
    settle
    and     r0, lr, #12
    cmp     r0, #12
    .if KERNEL_LATE
    bne.w   entry_late
    .endif
    bne.w   entry_inside            // quiesce.S
    save
    bl      fault_enter
    leave

// HardFault: BKPT of a process, or a bus fault in a fault (quiesce.S). The kernel
// does nothing at that priority, where one more would be the end: the first comes
// again as BusFault, of which no register says anything (DDI 0403E B3.2.13).
    .global entry_hard
    .thumb_func
entry_hard:
    and     r0, lr, #12
    cmp     r0, #12
    bne.w   entry_inside
    ldr     r0, =0xe000ed24         // SHCSR
    ldr     r1, [r0]
    orr     r1, r1, #1 << 14        // BUSFAULTPENDED
    str     r1, [r0]
    dsb
    bx      lr

// PendSV, once: port_start() has pended it from the boot code. Forget the boot
// stack, give up privilege in thread mode, resume the first thread.
    .global entry_start
    .thumb_func
entry_start:
    ldr     r0, =cmrx_kernel_stack_top
    msr     msp, r0
    movs    r0, #1                  // CONTROL.nPRIV; the rest by EXC_RETURN
    msr     control, r0
    isb
    ldr     r0, =running
    ldr     r0, [r0]
    b       switch

// An exception that the kernel does not expect, or from its own code.
    .global entry_wrong
    .thumb_func
entry_wrong:
    mrs     r0, ipsr
    orr     r0, r0, #0x10000
    bl      panic

    .pool

// ---- The self-test: run a probe without privilege, and see what ends it.

// Vector of every exception during the self-test. The first comes from MSP.
    .global selftest_entry
    .thumb_func
selftest_entry:
    tst     lr, #4
    bne     1f
    movs    r0, #1
    msr     control, r0             // the probe has no privilege
    isb
    mvn     lr, #2 + NONSECURE
    bx      lr
1:  movs    r0, #0
    msr     control, r0
    isb
    mrs     r0, ipsr
    str     r0, [sp]                // r0 of the frame of selftest_run's SVC
    mvn     lr, #6 + NONSECURE                  // 0xfffffff9: thread mode, MSP
    bx      lr

// The probes: 32 bytes, so that a region holds them, and what runs them fits in.
    .section .text.selftest, "ax"
    .balign 32
    .global selftest_probes
    .global selftest_load
    .global selftest_store
    .global selftest_jump
selftest_probes:
    .thumb_func
selftest_load:
    ldr     r1, [r0]
    svc     #0
    .thumb_func
selftest_store:
    str     r1, [r0]
    svc     #0
    .thumb_func
selftest_jump:
    bx      r0

// uint32_t selftest_run(uint32_t pc, uint32_t argument, uint32_t *frame)
// Builds the frame of the probe and goes to selftest_entry by SVC, which comes
// back here with the number of the exception that ended the probe in r0.
    .global selftest_run
    .thumb_func
selftest_run:
    str     r1, [r2, #0]            // r0 of the probe
    str     r0, [r2, #24]           // pc
    mov     r3, #0x01000000
    str     r3, [r2, #28]           // psr
    msr     psp, r2
    svc     #0
    bx      lr
    .balign 32
