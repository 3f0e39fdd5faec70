// touch.S (armv8m_base) - as on v6-M, and what only one processor at a time may do.

#include "../armv6m/touch.S"

    loads   read_exclusive, ldrex r0, [r0]
    loads   read_exclusive_at, ldrex r0, [r0, #1020]
    loads   read_acquire, lda r0, [r0]
    loads   read_acquire_half, ldaexh r0, [r0]
    stores  write_release, stl r1, [r0]
    stores  write_release_byte, stlb r1, [r0]

// The reservation is for a word of one's own, the store goes elsewhere: it may
// fail (1) or fault, but not store. Where r2 is 1 the reservation is right.
deed write_exclusive
    mov     r3, sp
    cmp     r2, #1
    bne     1f
    mov     r3, r0
1:  ldrex   r2, [r3]
    strex   r2, r1, [r0]
    mov     r0, r2
    bx      lr
