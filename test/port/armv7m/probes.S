// probes.S (armv7m) - what cannot be said in C about registers.

#define CMRX_SYSCALL(number, name, words) .equ SYS_##name, number
#include <cmrx/syscalls.def>

#ifndef NOWHERE
#define NOWHERE 0x10000000 // no stack can be there
#endif

    .syntax unified
    .thumb
    .text

// r2-r12 are as r0.
    .macro destroy
    .irp    r, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12
    mov     \r, r0
    .endr
    .endm

// uint32_t probe_registers(self): or of r2-r12 on entry; flags in bit 0. The same
// of a method with four arguments, whose last is on the stack and nowhere else.
    .global probe_registers
    .global probe_registers_of_four
    .thumb_func
probe_registers:
    .thumb_func
probe_registers_of_four:
    mov     r0, #0
    mrs     r1, apsr
    orr     r0, r0, r1, lsr #27
    orr     r0, r0, r2
    orr     r0, r0, r3
    orr     r0, r0, r4
    orr     r0, r0, r5
    orr     r0, r0, r6
    orr     r0, r0, r7
    orr     r0, r0, r8
    orr     r0, r0, r9
    orr     r0, r0, r10
    orr     r0, r0, r11
    orr     r0, r0, r12
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

// uint32_t probe_call(word): the call, with a pattern in every register that
// must survive. Returns 0, or a bit for each that did not; bit 16 for r3 and r12.
    .global probe_call
    .thumb_func
probe_call:
    push    {r4-r11, lr}
    sub     sp, #4
    str     r0, [sp]
    mov     r12, r0
    mov     r3, #0x33
    mov     r4, #8                  // lent
    mov     r5, #0x55
    mov     r6, #0x66
    mov     r7, #0x77
    mov     r8, #0x88
    mov     r9, #0x99
    mov     r10, #0xaa
    mov     r11, sp
    svc     #0
    mov     r0, #0
    ldr     r1, [sp]
    cmp     r3, #0x33
    it      ne
    orrne   r0, #0x10000
    cmp     r12, r1
    it      ne
    orrne   r0, #0x10000
    cmp     r4, #8
    it      ne
    orrne   r0, #0x10
    cmp     r5, #0x55
    it      ne
    orrne   r0, #0x20
    cmp     r6, #0x66
    it      ne
    orrne   r0, #0x40
    cmp     r7, #0x77
    it      ne
    orrne   r0, #0x80
    cmp     r8, #0x88
    it      ne
    orrne   r0, #0x100
    cmp     r9, #0x99
    it      ne
    orrne   r0, #0x200
    cmp     r10, #0xaa
    it      ne
    orrne   r0, #0x400
    mov     r1, sp
    cmp     r11, r1
    it      ne
    orrne   r0, #0x800
    add     sp, #4
    pop     {r4-r11, pc}

// uint32_t probe_spin(rounds): so often round a loop, with a pattern in every other
// register. Returns 0, or something where one is another afterwards.
    .global probe_spin
    .thumb_func
probe_spin:
    push    {r4-r11, lr}
    .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14
    mov     r\n, #0x50 + \n
    .endr
1:  subs    r0, r0, #1
    bne     1b
    .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14
    eor     r\n, r\n, #0x50 + \n
    orr     r0, r0, r\n
    .endr
    pop     {r4-r11, pc}

// void probe_stack_pointer(address): a system call with the stack pointer there.
    .global probe_stack_pointer
    .thumb_func
probe_stack_pointer:
    mov     sp, r0
    mov     r12, #SYS_TIME
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
    mov     r0, #NOWHERE
    mov     sp, r0
    ldr     r0, [r0]
    b       .

// _Noreturn void probe_lost_trap(void): a system call whose frame can be put
// nowhere. It stays pending behind the fault of that (DDI 0403E B1.5).
    .global probe_lost_trap
    .thumb_func
probe_lost_trap:
    mov     r0, #NOWHERE
    mov     sp, r0
    mov     r12, #SYS_TIME
    svc     #0
    b       .

// _Noreturn void probe_fault(void): with a pattern in every register; r10 tells
// where, and r11 the stack pointer.
    .global probe_fault
    .thumb_func
probe_fault:
    mov     r0, #0xf8000000
    msr     apsr_nzcvq, r0
    mov     r0, #0xa0
    mov     r1, #0xa1
    mov     r2, #0xa2
    mov     r3, #0xa3
    mov     r4, #0xa4
    mov     r5, #0xa5
    mov     r6, #0xa6
    mov     r7, #0xa7
    mov     r8, #0xa8
    mov     r9, #0xa9
    adr.w   r10, 1f
    mov     r11, sp
    mov     r12, #0xac
    mov     lr, #0xae
    .balign 4
1:  udf     #0

// int32_t probe_call_from(word, argument): the status of a call after which the
// program goes on at probe_goes_on; 1 when r4 is another then.
    .global probe_call_from
    .global probe_goes_on
    .thumb_func
probe_call_from:
    push    {r4, lr}
    mov     r12, r0
    mov     r0, r1
    mov     r4, #8                  // lent
    adr.w   lr, probe_goes_on
    orr     lr, lr, #1
    svc     #0
    nop
    .balign 4
probe_goes_on:
    mov     r0, r2
    cmp     r4, #8
    it      ne
    movne   r0, #1
    pop     {r4, pc}

// void probe_thread(uint32_t *seen): the body of a thread. Or-s all registers
// but r0 that it begins with, and leaves none of them and of its stack 0.
    .global probe_thread
    .thumb_func
probe_thread:
    orr     r1, r1, r2
    orr     r1, r1, r3
    orr     r1, r1, r4
    orr     r1, r1, r5
    orr     r1, r1, r6
    orr     r1, r1, r7
    orr     r1, r1, r8
    orr     r1, r1, r9
    orr     r1, r1, r10
    orr     r1, r1, r11
    orr     r1, r1, r12
    mrs     r2, apsr
    orr     r1, r1, r2, lsr #27
    str     r1, [r0]
    ldr     r0, =0xdeadbeef
    mov     r1, r0
    destroy
    push    {r0-r11}
    add     sp, #48
    bx      lr

    .global probe_semihosting
    .thumb_func
probe_semihosting:
    mov     r0, #0x18
    bkpt    #0xab
    bx      lr

    .global probe_float
    .thumb_func
probe_float:
    .word   0x0a10ee00              // vmov s0, r0
    bx      lr

    .section .rodata.probes, "a"
    .balign 4
    .global probe_cause
    .global probe_psr
    .global probe_float_kind
probe_cause:
    .word   1 << 16                 // CFSR.UNDEFINSTR
probe_psr:
    .word   0xf9000000              // all flags, Thumb
probe_float_kind:
    .word   7                       // CMRX_FAULT_FLOAT
