// call.S (armv8m) - a system call, and the short way there and back.
//
// What call_enter() and call_return() of kernel/call.c do, for the case that is
// nearly all: the door is open, the monitor free, the caller alive. Whatever is
// unusual is found before anything is changed, and C decides it from the start:
// `slow`. So C is what is meant, this is only faster; test/attack, test/fuzz and
// the kernel's checks run on both.
//
// What is believed, and why, stands at kernel_syscall() and sys_call(). Offsets
// are checked by port.c.

    .syntax unified
    .arch armv8-m.main
    .thumb

#define CMRX_SYSCALL(number, name, words) .equ SYS_##name, number
#include <cmrx/syscalls.def>
#define OFFSET(name, type, member, value) .equ name, value
#include "offsets.def"
#include "../armv7m/entry.inc"

    .equ CALL_BYTES, 24
    .equ LAST_ANSWER, SYS_INTERRUPT_DONE
    .equ FRAME_WORD, 16             // r12
    .equ FRAME_BYTES, 32
    .equ KEPT_BYTES, 32             // r4-r11
    .equ WINDOW_RBAR, THREAD_IMAGE_WINDOW
    .equ MPU_CTRL, 0xe000ed94
    .equ MPU_RNR, 4                 // from there; the regions of its group of
    .equ MPU_RBAR, 8                // four are RBAR, RLAR each, from here on
    .equ STACK_RLAR, 12
    .equ CALLER, 16                 // its pair
    .equ CALLER_RLAR, 20
    .equ ORIGIN, 24
    .equ ORIGIN_RLAR, 28
    .equ GROUP_MAP, 0               // REGION_MAP
    .equ GROUP_STACK, 4             // REGION_STACK; selected at rest
    .equ MPU_CTRL_ON, 5
    .equ PSR_THUMB, 0x01000000

    .section .text.entry, "ax"

// r0-r3 and r12 may be anyone's (a fault that came late has run before); the
// arguments are in the frame, if there is one.
    .global entry_svc
    .thumb_func
entry_svc:
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
    ldr     r6, [r5, #PROCESS_IMAGE]
    ldrb    r7, [r6, #PROCESS_IMAGE_IMPORT_COUNT]
    ubfx    r8, r12, #8, #8
    cmp     r8, r7
    bhs     slow_call
    ldr     r7, [r6, #PROCESS_IMAGE_DOORS]
    ldr     r7, [r7, r8, lsl #2]
    ldmia   r7, {r3, r8-r11}        // self, methods, process, room, count
    lsr     r12, r12, #16
    cmp     r12, r11
    bhs     slow_call
    ldr     r11, [r8, r12, lsl #2]

    // r3 self, r5 the caller, r6 its image, r7 the service, r9 its process, r10
    // its room, r11 the method. Room below the cut: call_slice(), room_check().
    // A stack begins on a multiple of 32.
    bic     r12, lr, #31            // the callee's slice
    subs    r10, r12, r10
    blt     slow_call
    ror     r8, r4, #3              // lent; no multiple of 8 is very much
    cmp     r8, r10, lsr #3
    bhi     slow_call
    ldr     r8, [r0, #THREAD_IMAGE]
    ldr     lr, [r0, #THREAD_LOW]
    add     lr, lr, r12             // the cut
    sub     r4, lr, r4              // the callee's stack begins there
    ldrb    r10, [r0, #THREAD_DEPTH]
    ldrb    r2, [r8, #THREAD_IMAGE_DEPTH]
    cmp     r10, r2
    bhs     slow_call

    // The monitor
    ldr     r2, [r7, #SERVICE_REENTRANT]
    cbnz    r2, 1f
    ldr     r2, [r9, #PROCESS_OWNER]
    cmp     r2, #0
    bne     slow_call
    str     r0, [r9, #PROCESS_OWNER]

    // From here on nothing can fail. port_stack_cut()
1:  sub     r2, lr, #31

    // The record, and the thread
    ldr     lr, [r8, #THREAD_IMAGE_CALLS]
    add     lr, lr, r10, lsl #4
    add     lr, lr, r10, lsl #3     // CALL_BYTES each
    add     r10, r10, #1
    strb    r10, [r0, #THREAD_DEPTH]
    stmia   lr!, {r1, r4, r5, r7}
    ldrd    r5, r7, [r0, #THREAD_SLICE] // and cut
    strd    r5, r7, [lr]
    strd    r12, r2, [r0, #THREAD_SLICE]
    str     r9, [r0, #THREAD_INSIDE]

    // The frame of the method: self, three arguments, and the fourth above it.
    ldr     lr, [r9, #PROCESS_IMAGE]
    cmp     r10, #1
    ldr     r10, [lr, #PROCESS_IMAGE_RETURN_GATE]
    ldmia   r1, {r5, r7, r8, r12}
    str     r12, [r4, #-8]!
    mov     r9, #0
    bic     r11, r11, #1
    mov     r12, #PSR_THUMB
    stmdb   r4!, {r3, r5, r7-r12}

    // Protection, as in port_map(). At home nothing was lent; the first call of a
    // chain lends as its origin, every other as a caller.
    ldr     r12, =MPU_CTRL
    ldrd    r5, r7, [r6, #PROCESS_IMAGE_LENT]
    str     r9, [r12]
    str     r2, [r12, #STACK_RLAR]
    ite     eq
    strdeq  r5, r7, [r12, #ORIGIN]
    strdne  r5, r7, [r12, #CALLER]
    movs    r0, #0
    movs    r1, #GROUP_MAP
    ldmia   lr, {r2, r3, r5-r10}
    stmia   r12, {r0-r3, r5-r10}    // from MPU_CTRL on
    movs    r0, #MPU_CTRL_ON
    movs    r1, #GROUP_STACK
    strd    r0, r1, [r12]
    dsb

    checked SYS_CALL, r4
    msr     psp, r4
    ldr     r12, =new_registers
    ldmia   r12, {r4-r11, lr}
    bx      lr

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

    // Who lends to the caller: nobody when it is at home; in the first call of a
    // chain only the origin.
    cmp     r3, #1
    ldr     r0, =MPU_CTRL
    str     lr, [r0]
    blo     home_again
    ldr     r10, [r12, #CALL_CALLER - CALL_BYTES]
    ldr     r10, [r10, #PROCESS_IMAGE]
    ldrd    r10, r11, [r10, #PROCESS_IMAGE_LENT]
    it      eq
    moveq   r11, lr
    strd    r10, r11, [r0, #CALLER]
3:  str     r9, [r0, #STACK_RLAR]
    ldr     r6, [r6, #PROCESS_IMAGE]
    movs    r1, #0
    movs    r2, #GROUP_MAP
    ldmia   r6, {r3, r6, r8-r12, lr}
    stmia   r0, {r1-r3, r6, r8-r12, lr}
    movs    r1, #MPU_CTRL_ON
    movs    r2, #GROUP_STACK
    strd    r1, r2, [r0]
    dsb

    // What the callee has left on the stack: pop() in kernel/call.c.
    ldr     r11, [r7, #SERVICE_ROOM]
    ldr     r12, =new_registers
    ldmia   r12, {r0-r3, r6, r8-r10, lr}
zero:
    subs    r11, r11, #32
    stmdb   r5!, {r0-r3, r6, r8-r10}
    bne     zero
    str     lr, [r5]                // STACK_USED is anything but 0

    checked SYS_RETURN, r4
    msr     psp, r4
    ldmdb   r4, {r4-r11}
    bx      lr

2:  mov     lr, #0
    cmp     r11, lr
    bne     1b                      // re-entrant: it is in no monitor
    b       slow                    // it goes to the first who waits

// Back at home, where nobody lends.
home_again:
    str     lr, [r0, #ORIGIN_RLAR]
    b       3b

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

// Another thread, in r0, goes on: port_map(), the limit of its stack, and its
// registers. At home nobody lends it anything.
    .global switch
    .thumb_func
switch:
    ldr     r2, [r0, #THREAD_IMAGE]
    ldr     r12, =MPU_CTRL
    ldr     r1, [r0, #THREAD_LOW]
    msr     psplim, r1
    ldrb    r3, [r0, #THREAD_DEPTH]
    ldr     r4, [r2, #THREAD_IMAGE_HOME]
    movs    r5, #0
    str     r5, [r12]
    cbnz    r3, visiting
    str     r5, [r12, #CALLER_RLAR]
    str     r5, [r12, #ORIGIN_RLAR]
1:  ldr     r6, [r2, #WINDOW_RBAR]
    ldr     r7, [r0, #THREAD_CUT]
    strd    r6, r7, [r12, #MPU_RBAR]
    ldr     r1, [r4, #PROCESS_IMAGE]
    movs    r2, #0
    movs    r3, #GROUP_MAP
    ldmia   r1, {r4-r11}
    stmia   r12, {r2-r11}
    movs    r2, #MPU_CTRL_ON
    movs    r3, #GROUP_STACK
    strd    r2, r3, [r12]
    dsb
    ldmia   r0!, {r4-r11}
    ldr     r1, [r0]                // its stack pointer
resumed:
    msr     psp, r1
    .global unchanged
    .thumb_func
unchanged:
as_it_came:
    mvn     lr, #2 + NONSECURE
    bx      lr

resume:
    ldmia   r0, {r4-r11}
    b       resumed

// It is inside of another process: r3 calls deep. Its home lends, which is in r4,
// and from the second call on its own caller.
visiting:
    ldr     r6, [r4, #PROCESS_IMAGE]
    ldrd    r6, r7, [r6, #PROCESS_IMAGE_LENT + 8]
    strd    r6, r7, [r12, #ORIGIN]
    ldr     r6, [r2, #THREAD_IMAGE_CALLS]
    add     r6, r6, r3, lsl #4
    add     r6, r6, r3, lsl #3
    ldr     r6, [r6, #CALL_CALLER - CALL_BYTES]
    ldr     r6, [r6, #PROCESS_IMAGE]
    ldrd    r6, r7, [r6, #PROCESS_IMAGE_LENT]
    cmp     r3, #1
    it      eq
    moveq   r7, r5
    strd    r6, r7, [r12, #CALLER]
    ldr     r4, [r0, #THREAD_INSIDE]
    b       1b

// The same, of a thread in lr that is at home. r3 is 0.
    .global switch_home
    .thumb_func
switch_home:
    ldr     r2, [lr, #THREAD_IMAGE]
    ldr     r12, =MPU_CTRL
    ldr     r1, [lr, #THREAD_LOW]
    msr     psplim, r1
    ldr     r1, [r2, #THREAD_IMAGE_HOME]
    ldr     r6, [r2, #WINDOW_RBAR]
    ldr     r1, [r1, #PROCESS_IMAGE]
    ldr     r7, [lr, #THREAD_CUT]
    str     r3, [r12]
    strd    r6, r7, [r12, #MPU_RBAR]
    str     r3, [r12, #CALLER_RLAR]
    str     r3, [r12, #ORIGIN_RLAR]
    movs    r2, #0
    ldmia   r1, {r4-r11}
    stmia   r12, {r2-r11}           // r3 is GROUP_MAP, too
    movs    r2, #MPU_CTRL_ON
    movs    r3, #GROUP_STACK
    strd    r2, r3, [r12]
    dsb
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
