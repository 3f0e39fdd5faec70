// plain.S (riscv32) - a kernel for size: instead of call.S and wake.S, which do in
// assembly, and faster, what C says.

#include "entry.inc"

    .section .text.entry, "ax", %progbits

    .global entry
    .type entry, %function
    .balign 4
entry:
    j       entry_without_cut
    .size entry, . - entry

    .global entry_switch
    .type entry_switch, %function
entry_switch:
    mv      s0, a0
    call    sched_map
    mv      a0, s0
    // fall through
    .size entry_switch, . - entry_switch

    resume
