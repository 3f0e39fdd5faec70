// call.S (armv6m) - leave for another process and lend it something, come back
// with what it said. Calls that lend nothing are made in line (call.h).
//
// lr is kept, untouched, until the svc: the kernel finds in the frame from where
// in the program the call was made, and a fault record can say it. The kernel
// brings r4-r11 back as they were at the svc.

    .syntax unified
    .thumb

// cmrx_call_words_lending(word, argument, result, size, lent, lent_size)
// From C. r0 the system call word, r1 four arguments, r2 where to put the result
// or NULL, r3 its bytes; [sp] what is lent, as cmrx_lent_place() has put it, and
// [sp, #4] its bytes. With B the end of what is lent:
//
//     B + 96   end of the room that CMRX_LENT has kept
//     B + 64   the stub's own: result, size, lr, r4, r5, sp
//     B        what the processor and the kernel push at the svc
//     B        <- the cut: nothing above can be touched by the callee
//     lent     <- the callee's stack begins here
//
// The svc must be executed with sp = B + 64, so that the cut is at B. All that
// lies below the lent object, this stub's own frame too, belongs to the callee
// from then on: nothing is kept there.
    .section .text.cmrx_call_words_lending, "ax", %progbits
    .global cmrx_call_words_lending
    .type cmrx_call_words_lending, %function
    .thumb_func
cmrx_call_words_lending:
    push    {r4, r5}
    ldr     r4, [sp, #12]   // lent_size
    ldr     r5, [sp, #8]    // lent
    adds    r5, r5, r4
    adds    r5, #64         // B + 64
    str     r2, [r5]
    str     r3, [r5, #4]
    mov     r2, lr
    str     r2, [r5, #8]
    pop     {r2, r3}        // the caller's r4, r5
    str     r2, [r5, #12]
    str     r3, [r5, #16]
    mov     r2, sp          // as the caller has it
    str     r2, [r5, #20]
    mov     sp, r5          // an interrupt now pushes to [B + 32, B + 64)
    mov     r12, r0
    ldm     r1, {r0, r1, r2, r3}
    svc     #0              // r4: bytes lent
    ldr     r4, [sp]
    ldr     r5, [sp, #4]
    // fall through

// r0, r1 the result, r2 the status, r4 where to put the result or NULL, r5 its
// bytes: 0, 1, 2, 4 or 8. Only CMRX_OK, which is 0, brings a result. Returns the
// status to the program.
    cmp     r2, #0
    bne     9f
    cmp     r4, #0
    beq     9f
    cmp     r5, #1
    blo     9f
    beq     1f
    cmp     r5, #4
    blo     2f
    str     r0, [r4]
    beq     9f
    str     r1, [r4, #4]
    b       9f
1:  strb    r0, [r4]        // one byte
    b       9f
2:  strh    r0, [r4]        // two
9:  mov     r0, r2
    ldr     r1, [sp, #8]
    mov     lr, r1
    ldr     r4, [sp, #12]
    ldr     r5, [sp, #16]
    ldr     r1, [sp, #20]
    mov     sp, r1
    bx      lr
    .size cmrx_call_words_lending, . - cmrx_call_words_lending
