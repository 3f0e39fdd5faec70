// touch.S (riscv32) - one access, of every kind, where the caller says.
//
// a0 the address, a1 what is stored. Returns what was loaded, or 0.

#include "deed.inc"

deed read
    lw      a0, 0(a0)
    ret

deed read_half
    lhu     a0, 0(a0)
    ret

deed read_byte
    lbu     a0, 0(a0)
    ret

deed read_double
    lw      a2, 0(a0)
    lw      a1, 4(a0)
    mv      a0, a2
    ret

deed read_many
    lw      a1, 0(a0)
    lw      a2, 4(a0)
    lw      a3, 8(a0)
    mv      a0, a1
    ret

deed read_exclusive
    lr.w    a0, (a0)
    ret

deed write
    sw      a1, 0(a0)
    li      a0, 0
    ret

deed write_half
    sh      a1, 0(a0)
    li      a0, 0
    ret

deed write_byte
    sb      a1, 0(a0)
    li      a0, 0
    ret

deed write_many
    sw      a1, 0(a0)
    sw      a1, 4(a0)
    sw      a1, 8(a0)
    li      a0, 0
    ret

// Down through the begin of a region, as a prologue does.
deed write_down
    sw      a1, -4(a0)
    sw      a1, -8(a0)
    sw      a1, -12(a0)
    li      a0, 0
    ret

// The reservation is for a word of one's own, the store goes elsewhere: it may
// fail (1) or fault, but not store. Where a2 is 1 the reservation is right.
deed write_exclusive
    addi    a3, sp, -16
    li      a4, 1
    bne     a2, a4, 1f
    mv      a3, a0
1:  lr.w    a2, (a3)
    sc.w    a2, a1, (a0)
    mv      a0, a2
    ret

deed write_amo
    amoswap.w a0, a1, (a0)
    ret

// A bit 0 would be taken away by the instruction.
deed call
    jr      a0

deed call_exactly
    jr      a0

deed pop_pc
    mv      ra, a0
    ret
