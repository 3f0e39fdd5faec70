// trap.S (armv7m) - a system call with all registers chosen.

    .syntax unified
    .thumb

// void fuzz_trap(const uint32_t words[12], uint32_t sp)
// words: r12, then r0-r10. sp: the stack pointer at the svc; 0: as it is. When
// the kernel comes back here it has kept r11, whatever r0-r3 and r12 were.
    .section .text.fuzz_trap, "ax", %progbits
    .global fuzz_trap
    .type fuzz_trap, %function
    .thumb_func
fuzz_trap:
    push    {r4-r11, lr}
    sub     sp, #4
    mov     r11, sp
    mov     lr, r0
    cbz     r1, 1f
    mov     sp, r1
1:  ldr     r12, [lr], #4
    ldm     lr, {r0-r10}
    svc     #0
    mov     sp, r11
    add     sp, #4
    pop     {r4-r11, pc}
    .size fuzz_trap, . - fuzz_trap

// void fuzz_jump(uint32_t address)
    .section .text.fuzz_jump, "ax", %progbits
    .global fuzz_jump
    .type fuzz_jump, %function
    .thumb_func
fuzz_jump:
    bx      r0
    .size fuzz_jump, . - fuzz_jump

// void fuzz_machine(uint32_t word): what only the kernel may; it is ignored, or
// a fault.
    .section .text.fuzz_machine, "ax", %progbits
    .global fuzz_machine
    .type fuzz_machine, %function
    .thumb_func
fuzz_machine:
    msr     control, r0
    msr     msp, r0
    msr     psp, r0
    msr     basepri, r0
    msr     primask, r0
    cpsid   i
    cpsid   f
    msr     apsr_nzcvq, r0
    isb
    bx      lr
    .size fuzz_machine, . - fuzz_machine
