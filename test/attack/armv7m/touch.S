// touch.S - one access, of every kind, where the caller says.
//
// r0 the address, r1 what is stored. Returns what was loaded, or 0.

#include "deed.inc"

deed read
    ldr     r0, [r0]
    bx      lr

deed read_half
    ldrh    r0, [r0]
    bx      lr

deed read_byte
    ldrb    r0, [r0]
    bx      lr

deed read_double
    ldrd    r0, r1, [r0]
    bx      lr

deed read_many
    ldmia   r0, {r0-r3}
    bx      lr

deed read_exclusive
    ldrex   r0, [r0]
    bx      lr

deed write
    str     r1, [r0]
    movs    r0, #0
    bx      lr

deed write_half
    strh    r1, [r0]
    movs    r0, #0
    bx      lr

deed write_byte
    strb    r1, [r0]
    movs    r0, #0
    bx      lr

deed write_double
    strd    r1, r1, [r0]
    movs    r0, #0
    bx      lr

deed write_many
    mov     r3, r1
    stmia   r0!, {r1-r3}
    movs    r0, #0
    bx      lr

// Down through the begin of a region, as PUSH does.
deed write_down
    mov     r3, r1
    stmdb   r0!, {r1-r3}
    movs    r0, #0
    bx      lr

// The reservation is for a word of one's own, the store goes elsewhere: it may
// fail (1) or fault, but not store. Where r2 is 1 the reservation is right.
deed write_exclusive
    mov     r3, sp
    cmp     r2, #1
    it      eq
    moveq   r3, r0
    ldrex   r2, [r3]
    strex   r2, r1, [r0]
    mov     r0, r2
    bx      lr

deed call
    orr     r0, r0, #1
    bx      r0

// Without the bit for Thumb, if the caller has left it out.
deed call_exactly
    bx      r0

deed pop_pc
    push    {r0}
    pop     {pc}
