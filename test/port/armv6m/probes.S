// probes.S (armv6m) - what cannot be said in C about registers.

#define CMRX_SYSCALL(number, name, words) .equ SYS_##name, number
#include <cmrx/syscalls.def>

// Where no stack can be.
#ifndef NOWHERE
#define NOWHERE 0x10000000
#endif

    .syntax unified
    .thumb
    .text

// Into r0, which is or-ed with r8-r12. Changes r1.
    .macro or_high_registers
    .irp    r, r8, r9, r10, r11, r12
    mov     r1, \r
    orrs    r0, r1
    .endr
    .endm

// The flags, in bits 0-4 of r1. v6-M has no Q; its bit is 0.
    .macro flags
    mrs     r1, apsr
    lsrs    r1, r1, #27
    .endm

// r2-r12 are as r0.
    .macro destroy
    .irp    r, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12
    mov     \r, r0
    .endr
    .endm

// r4-r11 are kept on the stack, below lr.
    .macro keep
    push    {r4-r7, lr}
    mov     r4, r8
    mov     r5, r9
    mov     r6, r10
    mov     r7, r11
    push    {r4-r7}
    .endm

    .macro bring_back
    pop     {r4-r7}
    mov     r8, r4
    mov     r9, r5
    mov     r10, r6
    mov     r11, r7
    pop     {r4-r7, pc}
    .endm

// uint32_t probe_registers(self): or of r2-r12 on entry; flags in bit 0. The same
// of a method with four arguments, whose last is on the stack and nowhere else.
    .global probe_registers
    .global probe_registers_of_four
    .thumb_func
probe_registers:
    .thumb_func
probe_registers_of_four:
    flags
    mov     r0, r1
    .irp    r, r2, r3, r4, r5, r6, r7
    orrs    r0, \r
    .endr
    or_high_registers
    bx      lr

// uint32_t probe_destroy(self): returns with everything destroyed.
    .global probe_destroy
    .thumb_func
probe_destroy:
    mov     r1, lr
    ldr     r0, =0xdeadbeef
    destroy
    sub     sp, #16
    msr     apsr_nzcvq, r0
    bx      r1

// Or the bit into r0 if the register is not the number. Changes r1.
    .macro expect register, number, bit
    mov     r1, \register
    cmp     r1, #\number
    beq     8f
    ldr     r1, =\bit
    orrs    r0, r1
8:
    .endm

// uint32_t probe_call(word): the call, with a pattern in every register that
// must survive. Returns 0, or a bit for each that did not; bit 16 for r3 and r12.
    .global probe_call
    .thumb_func
probe_call:
    keep
    sub     sp, #4
    str     r0, [sp]
    mov     r12, r0
    .irp    n, 8, 9, 10
    movs    r1, #\n * 17
    mov     r\n, r1
    .endr
    mov     r11, sp
    movs    r3, #0x33
    movs    r4, #8                  // lent
    movs    r5, #0x55
    movs    r6, #0x66
    movs    r7, #0x77
    svc     #0
    movs    r0, #0
    expect  r3, 0x33, 0x10000
    expect  r4, 8, 0x10
    expect  r5, 0x55, 0x20
    expect  r6, 0x66, 0x40
    expect  r7, 0x77, 0x80
    expect  r8, 0x88, 0x100
    expect  r9, 0x99, 0x200
    expect  r10, 0xaa, 0x400
    mov     r1, r12
    ldr     r2, [sp]
    subs    r1, r2
    expect  r1, 0, 0x10000
    mov     r1, r11
    mov     r2, sp
    subs    r1, r2
    expect  r1, 0, 0x800
    add     sp, #4
    bring_back

    .pool

// uint32_t probe_spin(rounds): so often round a loop, with a pattern in every other
// register. Returns 0, or something where one is another afterwards.
    .global probe_spin
    .thumb_func
probe_spin:
    keep
    .irp    n, 8, 9, 10, 11, 12, 14
    movs    r1, #0x50 + \n
    mov     r\n, r1
    .endr
    .irp    n, 1, 2, 3, 4, 5, 6, 7
    movs    r\n, #0x50 + \n
    .endr
1:  subs    r0, #1
    bne     1b
    subs    r1, #0x51
    orrs    r0, r1
    .irp    n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14
    mov     r1, r\n
    subs    r1, #0x50 + \n
    orrs    r0, r1
    .endr
    bring_back

// void probe_stack_pointer(address): a system call with the stack pointer there.
    .global probe_stack_pointer
    .thumb_func
probe_stack_pointer:
    mov     sp, r0
    movs    r0, #SYS_TIME
    mov     r12, r0
    svc     #0
    b       .

// _Noreturn void probe_fault_at(address, leap): with the stack pointer there, when it
// has been moved down by so much.
    .global probe_fault_at
    .thumb_func
probe_fault_at:
    mov     sp, r0
    subs    r0, r0, r1
    mov     sp, r0
    udf     #0

// _Noreturn void probe_lost_stack(void): reads where nothing is, and the frame of
// that fault can be put nowhere.
    .global probe_lost_stack
    .thumb_func
probe_lost_stack:
    ldr     r0, =NOWHERE
    mov     sp, r0
    ldr     r0, [r0]
    b       .

// _Noreturn void probe_lost_trap(void): a system call whose frame can be put
// nowhere. It stays pending behind the fault of that (DDI 0419 B1.5).
    .global probe_lost_trap
    .thumb_func
probe_lost_trap:
    movs    r0, #SYS_TIME
    mov     r12, r0
    ldr     r0, =NOWHERE
    mov     sp, r0
    svc     #0
    b       .

    .pool

// _Noreturn void probe_fault(void): with a pattern in every register; r10 tells
// where, and r11 the stack pointer.
    .global probe_fault
    .thumb_func
probe_fault:
    ldr     r0, =0xf0000000
    msr     apsr_nzcvq, r0
    .irp    n, 8, 9, 12, 14
    ldr     r0, =0xa0 + \n
    mov     r\n, r0
    .endr
    mov     r11, sp
    ldr     r0, =1f
    mov     r10, r0
    ldr     r0, =0xa0
    ldr     r1, =0xa1
    ldr     r2, =0xa2
    ldr     r3, =0xa3
    ldr     r4, =0xa4
    ldr     r5, =0xa5
    ldr     r6, =0xa6
    ldr     r7, =0xa7
    .balign 4
1:  udf     #0

    .pool

// int32_t probe_call_from(word, argument): the status of a call after which the
// program goes on at probe_goes_on; 1 when r4 is another then.
    .global probe_call_from
    .global probe_goes_on
    .thumb_func
probe_call_from:
    push    {r4, lr}
    mov     r12, r0
    mov     r0, r1
    movs    r4, #8                  // lent
    ldr     r1, =probe_goes_on + 1
    mov     lr, r1
    svc     #0
    nop
    .balign 4
probe_goes_on:
    mov     r0, r2
    cmp     r4, #8
    beq     1f
    movs    r0, #1
1:  pop     {r4, pc}

    .pool

// void probe_thread(uint32_t *seen): the body of a thread. Or-s all registers
// but r0 that it begins with, and leaves none of them and of its stack 0.
    .global probe_thread
    .thumb_func
probe_thread:
    push    {r0, r1}
    flags
    mov     r0, r1
    ldr     r1, [sp, #4]
    .irp    r, r1, r2, r3, r4, r5, r6, r7
    orrs    r0, \r
    .endr
    or_high_registers
    pop     {r1, r2}
    str     r0, [r1]
    mov     r3, lr
    ldr     r0, =0xdeadbeef
    mov     r1, r0
    mov     r2, r0
    push    {r0-r2}
    push    {r0-r2}
    push    {r0-r2}
    push    {r0-r2}
    add     sp, #48
    mov     lr, r3
    destroy
    bx      lr

    .global probe_semihosting
    .thumb_func
probe_semihosting:
    movs    r0, #0x18
    bkpt    #0xab
    bx      lr

    .global probe_float
    .thumb_func
probe_float:
    .hword  0xee00, 0x0a10          // vmov s0, r0
    bx      lr

    .pool

    .section .rodata.probes, "a"
    .balign 4
    .global probe_cause
    .global probe_psr
    .global probe_float_kind
probe_cause:
    .word   0xde00                  // the instruction
probe_psr:
    .word   0xf1000000              // all flags, Thumb
probe_float_kind:
    .word   6                       // CMRX_FAULT_INSTRUCTION
