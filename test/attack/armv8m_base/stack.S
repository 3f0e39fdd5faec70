// stack.S (armv8m_base) - as on v6-M, and each way to move the stack pointer.

#include "../armv6m/stack.S"

// All from exactly the low end of the stack, r0.
deed leap_by_push
    mov     sp, r0
    push    {r1}
    b       .

deed leap_by_sub
    mov     sp, r0
    sub     sp, #508
    b       .

deed leap_by_mov
    movs    r1, #8
    subs    r0, r0, r1
    mov     sp, r0
    b       .

// A trap whose frame cannot be put, and leaves the stack pointer at its limit, r0,
// where one has been made that says THREAD_EXIT.
deed planted_frame
    movs    r3, #SYS_THREAD_EXIT
    str     r3, [r0, #16]           // r12
    adds    r0, #8
    mov     sp, r0
    movs    r3, #SYS_TIME
    mov     r12, r3
    svc     #0
    b       .
