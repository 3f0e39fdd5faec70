// plain.S (armv7m) - a kernel for size: instead of call.S and wake.S, which do in
// assembly, and faster, what C says.

    .syntax unified
    .thumb

#define OFFSET(name, type, member, value) .equ name, value
#include "../entry.inc"
#include "offsets.def"
#include <protection.inc>

    .section .text.entry, "ax"

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
    mrs     r0, ipsr
    subs    r0, #16                 // the line
    bl      kernel_irq
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
