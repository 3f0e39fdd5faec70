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
