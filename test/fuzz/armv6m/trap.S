// trap.S (armv6m) - a system call with all registers chosen.

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
    push    {r4-r7, lr}
    mov     r4, r8
    mov     r5, r9
    mov     r6, r10
    mov     r7, r11
    push    {r4-r7}
    sub     sp, #4
    mov     r11, sp
    cmp     r1, #0
    beq     1f
    mov     sp, r1
1:  mov     r1, r0
    adds    r1, #36
    ldm     r1!, {r2, r3, r4}       // words 9, 10, 11: r8-r10
    mov     r8, r2
    mov     r9, r3
    mov     r10, r4
    ldm     r0!, {r1}
    mov     r12, r1
    ldm     r0, {r0-r7}
    svc     #0
    mov     sp, r11
    add     sp, #4
    pop     {r4-r7}
    mov     r8, r4
    mov     r9, r5
    mov     r10, r6
    mov     r11, r7
    pop     {r4-r7, pc}
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
    msr     primask, r0
    cpsid   i
    msr     apsr_nzcvq, r0
    isb
    bx      lr
    .size fuzz_machine, . - fuzz_machine
