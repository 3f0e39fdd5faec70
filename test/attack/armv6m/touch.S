// touch.S (armv6m) - one access, of every kind, where the caller says.
//
// r0 the address, r1 what is stored. Returns what was loaded, or 0.

#include "deed.inc"

// Loads into r0.
    .macro loads name, instruction:vararg
deed \name
    movs    r3, #0
    \instruction
    bx      lr
    .endm

    .macro stores name, instruction:vararg
deed \name
    movs    r3, #0
    \instruction
    movs    r0, #0
    bx      lr
    .endm

    loads   read, ldr r0, [r0]
    loads   read_half, ldrh r0, [r0]
    loads   read_byte, ldrb r0, [r0]
    loads   read_many, ldmia r0, {r0-r3}
    loads   read_by_register, ldr r0, [r3, r0]
    loads   read_signed_half, ldrsh r0, [r0, r3]
    loads   read_signed_byte, ldrsb r0, [r3, r0]
    loads   read_at_offset, ldr r0, [r0, #124]

    stores  write, str r1, [r0]
    stores  write_half, strh r1, [r0]
    stores  write_byte, strb r1, [r0]
    stores  write_many, stmia r0!, {r1-r3}
    stores  write_by_register, str r1, [r3, r0]
    stores  write_half_at_offset, strh r1, [r0, #62]
    stores  write_byte_at_offset, strb r1, [r0, #31]

deed call
    movs    r1, #1
    orrs    r0, r1
    bx      r0

// Without the bit for Thumb, if the caller has left it out.
deed call_exactly
    bx      r0

deed pop_pc
    push    {r0}
    pop     {pc}

// As often as r0 says: one is added to r0 within what r12 makes look like an atomic
// sequence (port/armv6m/user/atomic.S), which an interrupt begins anew. 0 when none
// was counted twice.
    .macro counts name, enter
deed \name
    push    {r4, lr}
    movs    r4, r0
    movs    r1, r0
    movs    r0, #0
    adr     r3, 9f
    mvns    r3, r3
    mov     r2, r3
    .balign 4
    nop
    \enter
8:  adds    r0, #1
    nop
    subs    r1, #1
    bne     7f
9:  subs    r0, r0, r4
    beq     1f
    movs    r0, #1
1:  pop     {r4, pc}
    // A turn takes 6 instructions, or one of eight longer times, in turn: so interrupts,
    // which come after as many instructions each time, do not all hit the first of the
    // sequence.
7:  lsls    r3, r1, #31
    beq     8b
    lsls    r3, r1, #28
    lsrs    r3, r3, #29
6:  subs    r3, #1
    bpl     6b
    b       8b
    .balign 4
    .endm

// The instruction before is what every sequence has, and what none has.
    counts  count_in_sequence, "mov r12, r3"
    counts  count_in_none, "mov r12, r2"
