// plain.S (armv7m) - a kernel for size: instead of call.S and wake.S, which do in
// assembly, and faster, what C says.

    .syntax unified
    .thumb

#define OFFSET(name, type, member, value) .equ name, value
#include "../entry.inc"
#include "offsets.def"
#include <protection.inc>

    .section .text.entry, "ax"

// What `save` says, behind an exception: lr is no more than where to go on.
    .global keep
    .thumb_func
keep:
    mrs     r1, psp
    ldr     r0, =running
    ldr     r0, [r0]
    add     r2, r0, #AT_CONTEXT
    stmia   r2, {r4-r11}
    str     r1, [r2, #CONTEXT_SP]
    bx      lr

    .global entry_svc
    .thumb_func
entry_svc:
    settle
    save
    bl      kernel_syscall
    leave

    .global entry_irq
    .thumb_func
entry_irq:
    settle
    save
    mrs     r0, ipsr
    subs    r0, #16                 // the line
    bl      kernel_irq

// r0, r1: port_resume.
    .global way_out
    .thumb_func
way_out:
    cbz     r0, as_it_came
    cbnz    r1, resume

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
    ldmia   r0, {r4-r11}
    msr     psp, r1
as_it_came:
    mvn     lr, #2 + NONSECURE
    bx      lr

    .pool
