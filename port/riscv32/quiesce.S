// quiesce.S (riscv32) - a store of the kernel that may be refused.

#include "entry.inc"

// void port_quiesce(uintptr_t address, uint32_t value)
// A refusal goes on at 1, as if there had been none (3.1.7, 3.1.14): what a trap
// changes is as it was before.
    .section .text.quiesce, "ax", %progbits
    .global port_quiesce
    .type port_quiesce, %function
port_quiesce:
    csrr    t0, mstatus
    csrr    t1, mepc
    lla     t2, 1f
    csrrw   t2, mtvec, t2
    sw      a1, (a0)
    fence   iorw, iorw
    .balign 4                       // mtvec: direct
1:  csrw    mtvec, t2
    csrw    mepc, t1
    csrw    mstatus, t0
    ret
    .size port_quiesce, . - port_quiesce
