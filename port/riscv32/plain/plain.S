// plain.S (riscv32) - a kernel for size: instead of call.S and wake.S, which do in
// assembly, and faster, what C says.

#include "entry.inc"

    .section .text.entry, "ax", %progbits
    .balign 4
    function entry
    j       entry_without_cut
    .size entry, . - entry

    function line
    j       line_in_c
    .size line, . - line
