// stack.S - with a stack pointer that is not one.
//
// r0 is where it points. r11 keeps the right one, for those that come back.

#include "deed.inc"

    .macro deed_elsewhere name
deed \name
    push    {r4, lr}
    mov     r3, r11
    push    {r3}
    mov     r3, sp
    mov     r11, r3
    .endm

    .macro done
    mov     sp, r11
    pop     {r3}
    mov     r11, r3
    pop     {r4, pc}
    .endm

// One word.
deed_elsewhere push_at
    mov     sp, r0
    push    {r1}
    movs    r0, #0
    done

// Words, from where the stack is now, without an end.
deed_elsewhere push_all
1:  push    {r0}
    b       1b

// The system call with the word r1; all its arguments are 0.
deed_elsewhere trap_at
    mov     sp, r0
    mov     r12, r1
    movs    r0, #0
    movs    r1, #0
    movs    r2, #0
    movs    r3, #0
    movs    r4, #0
    svc     #0
    mov     r0, r2
    done

// TIME, whatever its frame destroys; then THREAD_EXIT.
deed_elsewhere end_at
    mov     sp, r0
    movs    r3, #SYS_TIME
    mov     r12, r3
    svc     #0
    movs    r3, #SYS_THREAD_EXIT
    mov     r12, r3
    svc     #0

// The call with the word r1, r2 bytes lent, wherever the stack pointer is.
deed_elsewhere call_at
    mov     sp, r0
    mov     r12, r1
    mov     r4, r2
    movs    r0, #0
    movs    r1, #0
    movs    r2, #0
    movs    r3, #0
    svc     #0
    mov     r0, r2
    done

// No trap, but time enough for an interrupt.
deed_elsewhere spin_at
    ldr     r1, =40000
    mov     sp, r0
1:  subs    r1, #1
    bne     1b
    movs    r0, #0
    done
    .pool

// A fault of its own beside that of the stack pointer.
deed_elsewhere fault_at
    mov     sp, r0
    udf     #0

// A frame of r0 bytes, of which only the lowest word is touched.
deed_elsewhere leap
    mov     r1, sp
    subs    r1, r1, r0
    mov     sp, r1
    str     r0, [sp]
    movs    r0, #0
    done
