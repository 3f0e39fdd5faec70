// vectors.S - predicated instructions, and loops with a tail: see special.h.

    .syntax unified
    .thumb
    .arch_extension mve
    .text

// q0 and q1 are 0, q2 is 1 in each lane. Changes r3.
    .macro begin
    movs    r3, #0
    vdup.32 q0, r3
    vdup.32 q1, r3
    movs    r3, #1
    vdup.32 q2, r3
    .endm

    .global vectors_block
    .thumb_func
    .type vectors_block, %function
vectors_block:
    begin
    movw    r3, #0x0ff0             // a bit for each byte: lanes 1 and 2
1:  vmsr    p0, r3
    vpste
    vaddt.i32 q0, q0, q2
    vadde.i32 q1, q1, q2
    subs    r0, r0, #1
    bne     1b
    vstrw.32 q0, [r1]
    vstrw.32 q1, [r1, #16]
    bx      lr

    .global vectors_tail
    .thumb_func
    .type vectors_tail, %function
vectors_tail:
    push    {r4, lr}
    begin
1:  movs    r3, #7
    dlstp.32 lr, r3
2:  vadd.i32 q0, q0, q2
    letp    lr, 2b
    subs    r0, r0, #1
    bne     1b
    vstrw.32 q0, [r1]
    pop     {r4, pc}

    .global vectors_call
    .thumb_func
    .type vectors_call, %function
vectors_call:
    push    {r4, lr}
    mov     r12, r0
    movs    r3, #0
    movs    r4, #0                  // nothing is lent
    vmsr    p0, r3
    .inst.w 0xfe710f4d              // VPST, and no instruction behind it
    mov     lr, pc
    svc     #0
    mov     r1, r2
    pop     {r4, pc}

    .global vectors_set
    .thumb_func
    .type vectors_set, %function
vectors_set:
    movs    r2, #1
    vidup.u32 q0, r2, #1
    vstrw.32 q0, [r0]
    bx      lr
