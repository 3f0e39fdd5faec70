// plain.S (riscv32) - a kernel for size: instead of call.S and wake.S, which do in
// assembly, and faster, what C says.

    .global entry
    .equ entry, entry_without_cut
