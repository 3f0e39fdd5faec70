// call.S (armv7m) - a system call, and the short way there and back.
//
// What call_enter() and call_return() of kernel/call.c do, for the case that is
// nearly all: the door is open, the monitor free, the caller alive. Whatever is
// unusual is found before anything is changed, and C decides it from the start:
// `slow`. So C is what is meant, this is only faster; test/attack, test/fuzz and
// the kernel's checks run on both.
//
// What is believed, and why, stands at kernel_syscall() and sys_call(). Offsets
// are checked by port.c. What regions are, and how they are loaded, is in
// protection.inc; v8-M has another.

    .syntax unified
    .thumb

#define CMRX_SYSCALL(number, name, words) .equ SYS_##name, number
#include <cmrx/syscalls.def>
#define OFFSET(name, type, member, value) .equ name, value
#include "offsets.def"
#include "../entry.inc"
#include <protection.inc>

    .equ CALL_BYTES, 24
    .equ LAST_ANSWER, SYS_INTERRUPT_DONE
    .equ FRAME_WORD, 16             // r12
    .equ FRAME_PC, 24
    .equ FRAME_BYTES, 32
    .equ SVC_BYTES, 2
    .equ KEPT_BYTES, 32             // r4-r11
    .equ PSR_THUMB, 0x01000000

    .section .text.entry, "ax"

// r0-r3 and r12 may be anyone's (a fault that came late has run before); the
// arguments are in the frame, if there is one.
    .global entry_svc
    .thumb_func
entry_svc:
    settle
    mrs     r1, psp
    ldr     r0, =running
    ldr     r0, [r0]
    ldrd    r2, r3, [r0, #THREAD_LOW]   // and slice
    sub     r2, r1, r2              // of the stack, below the frame
    sub     r3, r3, #FRAME_BYTES
    cmp     r2, r3                  // port_frame_valid()
    bhi     slow
    ldr     r12, [r1, #FRAME_WORD]
    lsls    r3, r12, #24
    bne     not_call

// There. r0 the thread, r1 its frame, r2 bytes of its stack below that, r12 the
// word. r4-r11 go above the cut at once: on what lies below its stack pointer a
// thread cannot rely anyway.
    subs    lr, r2, #KEPT_BYTES
    blo     slow
    stmdb   r1, {r4-r11}

    // The door. One that is closed leads to a service without methods.
    ldr     r5, [r0, #THREAD_INSIDE]
    ldr     r8, [r5, #PROCESS_IMAGE]
    ldrb    r7, [r8, #PROCESS_IMAGE_IMPORT_COUNT]
    ubfx    r6, r12, #8, #8
    cmp     r6, r7
    bhs     slow_call
    ldr     r7, [r8, #PROCESS_IMAGE_DOORS]
    ldr     r7, [r7, r6, lsl #2]
    ldmia   r7, {r3, r6, r9-r11}    // self, methods, process, room, count
    lsr     r12, r12, #16
    cmp     r12, r11
    bhs     slow_call
    ldr     r11, [r6, r12, lsl #2]

    // r8 the caller's image, r3 self, r5 the caller, r7 the service, r9 its
    // process, r10 its room, r11 the method. Room below the cut: call_slice(),
    // room_check().
    ldr     r6, [r0, #THREAD_IMAGE]
    slice
    subs    r10, r12, r10
    blt     slow_call
    ror     r2, r4, #3              // lent; no multiple of 8 is very much
    cmp     r2, r10, lsr #3
    bhi     slow_call
    below
    ldrb    r10, [r0, #THREAD_DEPTH]
    ldrb    r2, [r6, #THREAD_IMAGE_DEPTH]
    cmp     r10, r2
    bhs     slow_call

    // The monitor. From here on the carry flag says that another thread is in it:
    // nothing below changes it.
    ldr     r2, [r7, #SERVICE_REENTRANT]
    cbnz    r2, 1f
    ldr     r2, [r9, #PROCESS_OWNER]
    cmp     r2, #1
    bhs     taken
    str     r0, [r9, #PROCESS_OWNER]

    // From here on nothing can fail. port_stack_cut()
1:  cut

    // The record, and the thread
    ldr     lr, [r6, #THREAD_IMAGE_CALLS]
    add     lr, lr, r10, lsl #4
    add     lr, lr, r10, lsl #3     // CALL_BYTES each
    add     r10, r10, #1
    strb    r10, [r0, #THREAD_DEPTH]
    lend_as
    stmia   lr!, {r1, r4, r5, r7}
    ldrd    r5, r7, [r0, #THREAD_SLICE] // and cut
    strd    r5, r7, [lr]
    strd    r12, r2, [r0, #THREAD_SLICE]
    str     r9, [r0, #THREAD_INSIDE]

    // The frame of the method: self, three arguments, and the fourth above it.
    window
    ldr     lr, [r9, #PROCESS_IMAGE]
    ldr     r10, [lr, #PROCESS_IMAGE_RETURN_GATE]
    ldmia   r1, {r5-r7, r12}
    str     r12, [r4, #-8]!
    mov     r9, #0
    bic     r11, r11, #1
    mov     r12, #PSR_THUMB
    stmdb   r4!, {r3, r5-r7, r9-r12}
    bhs     later

    map_there

    checked SYS_CALL, r4
    msr     psp, r4
    ldr     r12, =new_registers
    ldmia   r12, {r4-r11, lr}
    bx      lr

// A thread is in the monitor, r2; the carry flag is set.
taken:
    teq     r2, r0                  // leaves that flag alone
    bne     1b
    b       slow_call               // a loop

// All is done but that it waits until it is let in. r4 its frame, r1 the caller's. A
// line that waits comes first (kernel/port.h).
later:
    mov     r11, r1
    bl      port_interrupt_pending
    cbnz    r0, call_again
    ldr     r0, =running
    ldr     r0, [r0]
    ldr     r12, =new_registers
    ldmia   r12, {r1-r3, r5-r9}
    mov     r10, r4
    stmia   r0, {r1-r3, r5-r10}     // context.r4, and its stack pointer
    bl      kernel_call_later
    parked  SYS_CALL
    cmp     r0, #0
    bne     switch
    b       line

// The call has not been. r11 the caller's frame, above r4-r11 as they came.
call_again:
    ldr     r0, =running
    ldr     r0, [r0]
    ldr     r2, [r0, #THREAD_IMAGE]
    ldr     r2, [r2, #THREAD_IMAGE_CALLS]
    ldrb    r3, [r0, #THREAD_DEPTH]
    subs    r3, r3, #1
    strb    r3, [r0, #THREAD_DEPTH]
    add     r2, r2, r3, lsl #4
    add     r2, r2, r3, lsl #3
    ldmia   r2, {r4-r9}             // sp, top, caller, service, slice, cut
    str     r6, [r0, #THREAD_INSIDE]
    strd    r8, r9, [r0, #THREAD_SLICE]
    ldr     r3, [r11, #FRAME_PC]
    subs    r3, r3, #SVC_BYTES
    str     r3, [r11, #FRAME_PC]
    ldmdb   r11, {r4-r11}
    done    SYS_CALL
    b       unchanged

not_call:
    uxtb    r2, r12
    cmp     r2, #SYS_RETURN
    bne     others

// Back. r0 the thread, r1 the frame of the callee; of what the callee has in
// r4-r11 nothing is needed any more.
    ldrb    r3, [r0, #THREAD_DEPTH]
    subs    r3, r3, #1
    bmi     slow
    ldr     r2, [r0, #THREAD_IMAGE]
    ldr     r12, [r2, #THREAD_IMAGE_CALLS]
    add     r12, r12, r3, lsl #4
    add     r12, r12, r3, lsl #3
    ldmia   r12, {r4-r9}            // sp, top, caller, service, slice, cut
    tst     r4, #7                  // MARKS
    bne     slow
    ldr     r10, [r0, #THREAD_INSIDE]
    ldr     r11, [r7, #SERVICE_REENTRANT]
    ldr     lr, [r10, #PROCESS_GATE]
    orrs    lr, lr, r11
    bne     2f
    str     lr, [r10, #PROCESS_OWNER]

1:  strb    r3, [r0, #THREAD_DEPTH]
    str     r6, [r0, #THREAD_INSIDE]
    strd    r8, r9, [r0, #THREAD_SLICE]
    ldrd    r10, r11, [r1]          // the result, and CMRX_OK
    stmia   r4, {r10, r11, lr}

    map_back

    // What the callee has left on the stack: pop_to() in kernel/call.c.
    ldr     r11, [r7, #SERVICE_ROOM]
    ldr     r12, =new_registers
    ldmia   r12, {r0-r3, r6, r8-r10, lr}
zero:
    subs    r11, r11, #32
    stmdb   r5!, {r0-r3, r6, r8-r10}
    bne     zero
    str     lr, [r5]                // STACK_USED is anything but 0

    .if KERNEL_CHECKED
    cmn     lr, #3 + NONSECURE      // not all is done yet: `handed`
    bne     3f
    .endif
    checked SYS_RETURN, r4
3:  msr     psp, r4
    ldmdb   r4, {r4-r11}
    bx      lr

// In no monitor if it is re-entrant. Otherwise somebody waits: all is done but that
// the caller goes on. The end is the one above, only to `handed`.
2:  mov     lr, #0
    cmp     r11, lr
    bne     1b
    strb    r3, [r0, #THREAD_DEPTH]
    str     r6, [r0, #THREAD_INSIDE]
    strd    r8, r9, [r0, #THREAD_SLICE]
    ldrd    r10, r11, [r1]
    stmia   r4, {r10, r11, lr}
    ldr     r11, [r7, #SERVICE_ROOM]
    ldr     r12, =handing_registers
    ldmia   r12, {r0-r3, r6, r8-r10, lr}
    b       zero

    map_back_rest

// The caller is as it is to go on when its turn comes, PSP too. Whoever was let
// in may be more urgent.
    .thumb_func
handed:
    save
    bl      kernel_return_later
    parked  SYS_RETURN
    cmp     r0, #0
    bne     switch
    b       line

// The others. An answer uses nothing of the thread but its frame.
others:
    cmp     r2, #LAST_ANSWER
    bls     answers
    cmp     r12, #SYS_POST          // all of the word: made for the first time
    bhs     last_two
in_c:
    stmia   r0, {r4-r11}
    str     r1, [r0, #CONTEXT_SP]

// r0 the thread, whose context is kept, r1 its frame, r2 the number.
    .global handler
    .thumb_func
handler:
    ldr     r3, =kernel_handlers
    ldr     r3, [r3, r2, lsl #2]
    .if KERNEL_CHECKED
    push    {r2, r3}
    .endif
    blx     r3
    .if KERNEL_CHECKED
    pop     {r2, r3}
    push    {r0, r1}
    mov     r0, r2
    bl      check_after
    pop     {r0, r1}
    .endif
    cbz     r0, as_it_came
    cbnz    r1, resume

// Another thread, in r0, goes on: port_map(), and its registers.
    .global switch
    .thumb_func
switch:
    map_switch
    ldmia   r0!, {r4-r11}
    ldr     r1, [r0]                // its stack pointer
resumed:
    msr     psp, r1
    .global unchanged
    .thumb_func
unchanged:
    mvn     lr, #2 + NONSECURE
    bx      lr

as_it_came:
    cmp     r1, #0
    bne     line
    mvn     lr, #2 + NONSECURE
    bx      lr

resume:
    ldmia   r0, {r4-r11}
    b       resumed

    map_switch_rest

// The same, of a thread in lr that is at home. r3 is 0.
    .global switch_home
    .thumb_func
switch_home:
    map_home
    ldmia   lr!, {r4-r11}
    ldr     r1, [lr]                // its stack pointer
    b       resumed

last_two:
    beq     entry_post
    cmp     r12, #SYS_WAKE
    beq     entry_wake
    cmp     r2, #SYS_WAKE
    bls     in_c
    b       slow

// Its end is the end of the exception.
answers:
    ldr     r3, =kernel_answers
    .if KERNEL_CHECKED
    push    {r2, lr}
    ldr     r3, [r3, r2, lsl #2]
    blx     r3
    ldr     r0, [sp]
    bl      check_after
    pop     {r2, pc}
    .endif
    ldr     pc, [r3, r2, lsl #2]

slow_call:
    ldmdb   r1, {r4-r11}
slow:
    stmia   r0, {r4-r11}
    str     r1, [r0, #CONTEXT_SP]
    bl      kernel_syscall
    leave

    .pool

// Of a method that begins: r4-r11, and how the exception ends: to thread mode,
// on PSP, no floating point.
    .balign 4
new_registers:
    .rept   8
    .word   0
    .endr
    .word   0xfffffffd - NONSECURE
handing_registers:
    .rept   8
    .word   0
    .endr
    .word   handed
