// plain.S (armv6m) - a kernel for size: instead of call.S and wake.S, which do in
// assembly, and faster, what C says.

    .syntax unified
    .thumb

#define OFFSET(name, type, member, value) .equ name, value
#include "../entry.inc"
#include "offsets.def"
#include <processor.inc>

    .section .text.entry, "ax"

// What `save` says, behind an exception: lr is no more than where to go on.
    .global keep_running
    .thumb_func
keep_running:
    keep_it
    bx      lr

    .global entry_svc
    .thumb_func
entry_svc:
    save
    bl      kernel_syscall
    b       way_out

    .global entry_irq
    .thumb_func
entry_irq:
    save
    rewinds
    mrs     r0, ipsr
    subs    r0, #16                 // the line
    bl      kernel_irq

// r0, r1: port_resume.
    .global way_out
    .thumb_func
way_out:
    cmp     r0, #0
    beq     as_it_came
    cmp     r1, #0
    bne     resume

// Another thread, in r0, goes on. Its r4-r11 are in its context.
    .global switch
    .thumb_func
switch:
    mov     r4, r0
    bl      sched_map
    mov     r0, r4
    limit   r0, r1
    adds    r0, #AT_CONTEXT
    ldr     r1, [r0, #CONTEXT_SP]
resume:
    msr     psp, r1
    ldmia   r0!, {r4-r7}
    ldmia   r0, {r0-r3}
    mov     r8, r0
    mov     r9, r1
    mov     r10, r2
    mov     r11, r3
as_it_came:
    out

    .pool
