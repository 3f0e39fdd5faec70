// quiesce.S - a store of the kernel that may be refused.
//
// A device that has no clock, or no power any more, answers by a bus fault, at once
// or late. Behind the barrier it has come (DDI 0403E A3.7.3, B1.5.14; DDI 0419
// A3.7.3), and it comes from here: no other code of the kernel may be refused.

    .syntax unified
    .thumb

    .section .text.quiesce, "ax"

// void quiesce_store(uintptr_t address, uint32_t value)
    .global quiesce_store
    .thumb_func
quiesce_store:
.Lstore:
    str     r1, [r0]
    dsb
    isb
.Lstored:
    bx      lr

// A fault that is not from thread mode, its frame on the main stack: go on behind
// the store, or it is a defect of the kernel.
    .global entry_inside
    .thumb_func
entry_inside:
    ldr     r0, [sp, #24]           // pc
    ldr     r1, =.Lstored
    subs    r0, r1, r0
    cmp     r0, #.Lstored - .Lstore
    bhi     1f
    str     r1, [sp, #24]
    bx      lr
1:  bl      entry_wrong
    b       .

    .pool
