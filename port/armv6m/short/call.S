// call.S (armv6m) - a system call, and the short way there and back.
//
// What call_enter() and call_return() of kernel/call.c do, for the case that is
// nearly all: the door is open, the monitor free, the caller alive. Whatever is
// unusual is found before anything is changed, and C decides it from the start:
// `slow`. So C is what is meant, this is only faster; test/attack, test/fuzz and
// the kernel's checks run on both.
//
// What is believed, and why, stands at kernel_syscall() and sys_call(). Offsets
// are checked by port.c. lr is the end of the exception until C is called.

    .syntax unified
    .thumb

#define CMRX_SYSCALL(number, name, words) .equ SYS_##name, number
#include <cmrx/syscalls.def>
#define OFFSET(name, type, member, value) .equ name, value
#include "../entry.inc"
#include "offsets.def"
#include "call.inc"
#include <processor.inc>

    .section .text.entry, "ax"

// r0 the thread, r1 its frame, r3 the number. An answer uses nothing of the thread
// but its frame, and its end is the end of the exception.
others:
    cmp     r3, #LAST_ANSWER
    bls     answers
    ldr     r2, [r1, #FRAME_WORD]
    cmp     r2, #SYS_POST           // all of the word: made for the first time
    bhs     last_two
in_c:
    mov     r12, r3
    keep
    mov     r3, r12

// r0 the thread, whose context is kept, r1 its frame, r3 the number.
    .global handler
    .thumb_func
handler:
    lsls    r3, r3, #2
    ldr     r2, =kernel_handlers
    ldr     r2, [r2, r3]
    lsrs    r3, r3, #2
    into_c
    blx     r2
    .if KERNEL_CHECKED
    ldr     r2, [sp]
    push    {r0, r1}
    mov     r0, r2
    bl      check_after
    pop     {r0, r1}
    .endif
    b       way_out

answers:
    ldr     r2, =kernel_answers
    lsls    r3, r3, #2
    ldr     r2, [r2, r3]
    .if KERNEL_CHECKED
    lsrs    r3, r3, #2
    push    {r3, lr}
    blx     r2
    ldr     r0, [sp]
    bl      check_after
    pop     {r3, pc}
    .endif
    bx      r2

last_two:
    beq     1f
    cmp     r2, #SYS_WAKE
    beq     2f
    cmp     r3, #SYS_WAKE
    bls     in_c
    b       slow
1:  b       entry_post
2:  b       entry_wake

// Back at home. The rest of the return: r2 behind what was said in the frame of the
// caller, r3 its cut, r5 its image, r6 the service, r12 the top of the callee's stack.
at_home:
    lend_to_itself
lent_again:
    stack   r1, r3, r4
    ldr     r6, [r6, #SERVICE_ROOM]
    regions r5, r3, r4, r7
    protection_on

// What the callee has left on the stack: pop_to() in kernel/call.c. Its lowest word is
// STACK_USED, which is anything but 0. Ends by lr.
clear:
    mov     r3, r12
    subs    r6, r3, r6
    mov     r7, r6
    ldr     r0, =nothing
    ldmia   r0, {r0, r1, r4, r5}
zero:
    stmia   r6!, {r0, r1, r4, r5}
    stmia   r6!, {r0, r1, r4, r5}
    cmp     r6, r3
    bne     zero
    str     r7, [r7]

    subs    r2, #12
    msr     psp, r2
    checked SYS_RETURN, r2
    subs    r2, #KEPT_BYTES
    ldmia   r2!, {r4-r7}
    ldmia   r2, {r0-r3}
    mov     r8, r0
    mov     r9, r1
    mov     r10, r2
    mov     r11, r3
    bx      lr

// Back. r0 the thread, r1 the frame of the callee; of what the callee has in
// r4-r11 nothing is needed any more.
back:
    bne     others
    movs    r3, #THREAD_DEPTH
    ldrb    r2, [r0, r3]
    subs    r2, #1
    bmi     slow
    strb    r2, [r0, r3]            // the only change that C may have to undo
    mov     r10, r2
    record_offset r3, r2
    ldr     r4, [r0, #THREAD_IMAGE]
    ldr     r4, [r4, #THREAD_IMAGE_CALLS]
    adds    r4, r4, r3
    ldmia   r4!, {r2, r3, r5, r6}   // sp, top, caller, service
    mov     r12, r3
    lsls    r7, r2, #29             // MARKS
    bne     slow_back

    // The result, and CMRX_OK
    ldmia   r1, {r1, r3}
    movs    r7, #0
    stmia   r2!, {r1, r3, r7}

    // The monitor
    ldr     r1, [r6, #SERVICE_REENTRANT]
    if_not_0 r1, 1f
    ldr     r1, [r0, #THREAD_INSIDE]
    ldr     r3, [r1, #PROCESS_GATE]
    if_not_0 r3, awaited
    str     r3, [r1, #PROCESS_OWNER]

1:  str     r5, [r0, #THREAD_INSIDE]
    ldr     r5, [r5, #PROCESS_IMAGE]
    ldmia   r4!, {r1, r3}           // slice, cut
    str     r1, [r0, #THREAD_SLICE]
    str     r3, [r0, #THREAD_CUT]
    window
    ldr     r0, =MPU_CTRL
    protection_off r7

    // Who lends to the caller: its own caller, or at home itself.
    mov     r7, r10
    cmp     r7, #0
    beq     at_home
    lend_again lent_again

// Somebody waits: all is done but that the caller goes on. The end is the one above,
// only to `handed`.
awaited:
    str     r5, [r0, #THREAD_INSIDE]
    ldmia   r4!, {r1, r3}           // slice, cut
    str     r1, [r0, #THREAD_SLICE]
    str     r3, [r0, #THREAD_CUT]
    ldr     r6, [r6, #SERVICE_ROOM]
    ldr     r3, =handed
    mov     lr, r3
    b       clear

slow_back:
    movs    r3, #THREAD_DEPTH
    ldrb    r2, [r0, r3]
    adds    r2, #1
    strb    r2, [r0, r3]
    b       slow

// As it was before r4-r11 were put above the cut, from where they go to the context.
// r8, r9 and r11 were not changed.
slow_call:
    mrs     r1, psp
    mov     r3, r1
    subs    r3, #KEPT_BYTES / 2
    ldmia   r3!, {r4-r7}
    adds    r0, #KEPT_BYTES / 2
    stmia   r0!, {r4-r7}
    str     r1, [r0]
    mov     r10, r6
    subs    r0, #KEPT_BYTES
    subs    r3, #KEPT_BYTES
    ldmia   r3!, {r4-r7}
    stmia   r0!, {r4-r7}
    subs    r0, #KEPT_BYTES / 2
    into_c
    bl      kernel_syscall
    b       way_out

slow:
    keep
    into_c
    bl      kernel_syscall
    b       way_out

// r0-r3 and r12 may be anyone's (a fault that came late has run before); the
// arguments are in the frame, if there is one.
    .global entry_svc
    .thumb_func
entry_svc:
    mrs     r1, psp
    ldr     r0, =running
    ldr     r0, [r0]
    ldr     r2, [r0, #THREAD_LOW]
    ldr     r3, [r0, #THREAD_SLICE]
    subs    r2, r1, r2              // of the stack, below the frame
    subs    r3, #FRAME_BYTES
    cmp     r2, r3                  // port_frame_valid()
    bhi     slow
    ldr     r3, [r1, #FRAME_WORD]
    uxtb    r3, r3
    cmp     r3, #SYS_RETURN
    bhs     back

// There. r0 the thread, r1 its frame, r2 bytes of its stack below that. r4-r11 go
// above the cut at once: on what lies below its stack pointer a thread cannot
// rely anyway.
    subs    r2, #KEPT_BYTES
    blo     slow
    subs    r1, #KEPT_BYTES
    stmia   r1!, {r4-r7}
    mov     r12, r4                 // bytes lent
    mov     r4, r8
    mov     r5, r9
    mov     r6, r10
    mov     r7, r11
    stmia   r1!, {r4-r7}

    // The door. One that is closed leads to a service without methods.
    ldr     r3, [r0, #THREAD_INSIDE]
    ldr     r3, [r3, #PROCESS_IMAGE]
    ldr     r4, [r1, #FRAME_WORD]
    lsrs    r5, r4, #8
    uxtb    r5, r5
    movs    r6, #PROCESS_IMAGE_IMPORT_COUNT
    ldrb    r6, [r3, r6]
    cmp     r5, r6
    bhs     slow_call
    ldr     r6, [r3, #PROCESS_IMAGE_DOORS]
    lsls    r5, r5, #2
    ldr     r7, [r6, r5]
    lsrs    r4, r4, #16
    ldr     r5, [r7, #SERVICE_METHOD_COUNT]
    cmp     r4, r5
    bhs     slow_call
    ldr     r5, [r7, #SERVICE_METHODS]
    lsls    r4, r4, #2
    ldr     r4, [r5, r4]
    mov     r10, r4

    // r7 the service, r10 the method, r12 what is lent. Room below the cut:
    // room_check().
    ldr     r3, [r0, #THREAD_IMAGE]
    slice
    ldr     r5, [r7, #SERVICE_ROOM]
    subs    r5, r6, r5
    blt     slow_call
    mov     r4, r12
    cmp     r4, r5
    bhi     slow_call
    lsls    r4, r4, #29             // a multiple of 8
    bne     slow_call
    movs    r5, #THREAD_IMAGE_DEPTH
    ldrb    r5, [r3, r5]
    movs    r4, #THREAD_DEPTH
    ldrb    r4, [r0, r4]
    cmp     r4, r5
    bhs     slow_call

    // The monitor
    ldr     r5, [r7, #SERVICE_REENTRANT]
    if_not_0 r5, 1f
    ldr     r5, [r7, #SERVICE_PROCESS]
    ldr     r1, [r5, #PROCESS_OWNER]
    cmp     r1, #0
    bne     taken
    str     r0, [r5, #PROCESS_OWNER]

    // From here on nothing can fail.
1:  record

    // Protection, as in port_map(): the stack, what is lent.
    ldr     r0, =MPU_CTRL
    movs    r5, #0
    protection_off r5
    stack_there
    ldr     r6, [r6, #PROCESS_IMAGE]
    lend_called r6, r3, r5, r2
    frame
    regions r6, r2, r3, r5, r7
    protection_on
    checked SYS_CALL, r2
    ldr     r0, =nothing
    ldmia   r0!, {r4-r7}
    mov     r8, r4
    mov     r9, r4
    mov     r10, r4
    mov     r11, r4
    bx      lr

// A thread is in the monitor, r1: all is done but that this one waits until it is let
// in. It goes on with nothing in r4-r11.
taken:
    cmp     r1, r0
    bne     1f
    b       slow_call               // a loop
1:  record
    frame
    ldr     r5, =nothing
    ldmia   r5, {r1-r3, r5}
    mrs     r6, psp
    stmia   r0!, {r1-r3, r5}
    stmia   r0!, {r1-r3, r5, r6}    // and its stack pointer
    subs    r0, #PORT_CONTEXT_BYTES
    into_c
    bl      kernel_call_later
    parked  SYS_CALL
    b       goes_on

// The caller is as it is to go on when its turn comes, PSP too. Whoever was let
// in may be more urgent.
    .thumb_func
handed:
    to_thread
    save
    bl      kernel_return_later
    parked  SYS_RETURN
goes_on:
    cmp     r0, #0
    bne     3f                      // switch; v8-M Baseline has no wide one
    b       line

    .pool

// The way out: port_resume in r0 and r1. As it came: r4-r11 and PSP are as they
// were. A line: wake.S.
    .global way_out
    .thumb_func
way_out:
    if_not_0 r0, 1f
    if_not_0 r1, 2f
    out
2:  b       line
1:  if_not_0 r1, resume

// Another thread, in r0, goes on: sched_map() and its registers.
    .global switch
    .thumb_func
switch:
3:
    mov     r7, r0
    ldr     r0, =MPU_CTRL
    movs    r2, #0
    protection_off r2
    limit   r7, r2
    ldr     r2, [r7, #THREAD_IMAGE]
    ldr     r4, [r2, #THREAD_IMAGE_HOME]
    ldr     r4, [r4, #PROCESS_IMAGE]    // its map, if it is at home
    ldr     r3, [r7, #THREAD_DEPTH] // and others above it
    lsls    r3, r3, #24
    bne     visiting
    lend_home r4, r5, r6, r3
1:  ldr     r5, [r2, #WINDOW_RBAR]
    ldr     r6, [r7, #THREAD_CUT]
    region  STACK, r5, r6, r1
    regions r4, r2, r3, r5, r6
    protection_on
    ldr     r0, [r7, #CONTEXT_SP]
    msr     psp, r0
    movs    r0, r7
    ldmia   r0!, {r4-r7}
    ldmia   r0, {r0-r3}
high_registers:
    mov     r8, r0
    mov     r9, r1
    mov     r10, r2
    mov     r11, r3
    out

resume:
    msr     psp, r1
    ldmia   r0!, {r4-r7}
    ldmia   r0, {r0-r3}
    b       high_registers

// The same, of a thread in r2 that is at home, and by lr. r3 is 0.
    .global switch_home
    .thumb_func
switch_home:
    ldr     r0, =MPU_CTRL
    protection_off r3
    limit   r2, r4
    ldr     r4, [r2, #THREAD_IMAGE]
    ldr     r5, [r4, #WINDOW_RBAR]
    ldr     r6, [r2, #THREAD_CUT]
    region  STACK, r5, r6, r1
    ldr     r4, [r4, #THREAD_IMAGE_HOME]
    ldr     r4, [r4, #PROCESS_IMAGE]
    lend_home r4, r5, r6, r3
    regions r4, r3, r5, r6, r7
    protection_on
    ldr     r0, [r2, #CONTEXT_SP]
    msr     psp, r0
    ldmia   r2!, {r4-r7}
    ldmia   r2!, {r0, r1, r3}
    mov     r8, r0
    mov     r9, r1
    mov     r10, r3
    ldr     r0, [r2]
    mov     r11, r0
    cpsie   i                       // behind an alarm, by `line`; as `out`
    bx      lr

// It is inside of another process; its own caller lends, and its home, r4.
visiting:
    lsrs    r3, r3, #24
    record_offset r5, r3
    ldr     r6, [r2, #THREAD_IMAGE_CALLS]
    adds    r5, r5, r6
    subs    r5, #CALL_BYTES - CALL_CALLER
    ldr     r5, [r5]
    ldr     r5, [r5, #PROCESS_IMAGE]
    lend_visitor r4, r5, r3, r6, r1
    ldr     r4, [r7, #THREAD_INSIDE]
    ldr     r4, [r4, #PROCESS_IMAGE]
    b       1b

    .pool

// Of a method that begins: r4-r7.
    .balign 4
nothing:
    .word   0, 0, 0, 0
