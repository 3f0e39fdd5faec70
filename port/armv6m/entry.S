// entry.S (armv6m) - every way into the kernel, and the only way out.
//
// All exceptions but HardFault and the alarm have one priority, so they never nest.
// They come from thread mode, unprivileged, on PSP: the kernel never waits inside
// itself. The alarm is below, but nothing comes within it (entry_alarm). HardFault is
// above. One that comes from kernel code is a defect of the kernel.
//
// In the kernel the main stack is empty at each entry, but for the frame of a line
// that comes on top of the alarm's first or last instruction. Registers of the thread
// go to its context, in kernel memory: nothing is stored through its stack
// pointer, which may be anything. Offsets are those of struct port_context, the
// first member of struct thread. System calls enter in call.S,
// interrupts in wake.S.

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
    .word   entry_fault             // HardFault
    .rept   7
    .word   entry_wrong
    .endr
    .word   entry_svc
    .rept   2
    .word   entry_wrong
    .endr
    .word   entry_pended            // PendSV
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

// The only one that others can interrupt, because it is less urgent than lines: so
// these come first when both wait. There are no subpriorities, so it is masked by
// itself what may not come between. A line that comes before that is done finds all as
// if the alarm had not begun; so it ends there, and not in a thread: its lr says so.
    .global entry_alarm
    .thumb_func
entry_alarm:
    cpsid   i
    save
    bl      alarm_enter
    b       way_out

    .pool

// HardFault. From thread mode on PSP (bits 2 and 3 of EXC_RETURN) a process has
// done it, also when it came up while the processor stacked or unstacked the
// frame for one of the entries above: no kernel code was running then.
//
// A system call whose frame could not be stacked is pending still, and no
// register lets us forget it (v7-M has one). So the fault is dealt with behind
// it, by PendSV: that system call finds a stack pointer that is none.
    .global entry_fault
    .thumb_func
entry_fault:
    mov     r0, lr
    movs    r1, #12
    ands    r0, r1
    cmp     r0, #12
    bne     1f
    mrs     r0, psp
    push    {r1, lr}
    movs    r1, #NONSECURE
    add     r1, lr
    bl      fault_defer
    pop     {r1, pc}                // to the thread, or rather to what is pending
1:  ldr     r0, =entry_inside       // quiesce.S
    bx      r0

// PendSV. On the main stack (bit 2 of EXC_RETURN): once, port_start() has pended
// it from the boot code. Forget the boot stack, give up privilege in thread mode,
// resume the first thread. Otherwise: a fault was put off.
    .global entry_pended
    .thumb_func
entry_pended:
    mov     r0, lr
    lsrs    r0, #3
    bcs     1f
    ldr     r0, =cmrx_kernel_stack_top
    msr     msp, r0
    movs    r0, #1                  // CONTROL.nPRIV; the rest by EXC_RETURN
    msr     control, r0
    isb
    ldr     r0, =running
    ldr     r0, [r0]
    to_thread
    into_c
    b       switch
1:  to_thread                       // as others go on: this one may have left the state
    save
    bl      fault_enter
    b       way_out

// An exception that the kernel does not expect, or from its own code.
    .global entry_wrong
    .thumb_func
entry_wrong:
    mrs     r0, ipsr
    ldr     r1, =0x10000
    orrs    r0, r1
    bl      panic

    .pool

// ---- The self-test: run a probe without privilege, and see what ends it.

// Vector of every exception during the self-test. The first comes from MSP.
    .global selftest_entry
    .thumb_func
selftest_entry:
    mov     r0, lr
    lsrs    r0, #3
    bcs     1f
    movs    r0, #1
    msr     control, r0             // the probe has no privilege
    isb
    to_thread
    bx      lr
1:  movs    r0, #0
    msr     control, r0
    isb
    mrs     r0, ipsr
    str     r0, [sp]                // r0 of the frame of selftest_run's SVC
    movs    r0, #6 + NONSECURE
    mvns    r0, r0
    mov     lr, r0                  // 0xfffffff9: thread mode, MSP
    bx      lr

    .pool

// The probes: 32 bytes, so that an eighth of a region holds them, and what runs them
// fits in.
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
    ldr     r3, =0x01000000
    str     r3, [r2, #28]           // psr
    msr     psp, r2
    svc     #0
    bx      lr
    .pool
    .balign 32
