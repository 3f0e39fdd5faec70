// call.S (armv8m) - leave for another process and lend it something, come back
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
//     B + 64   the stub's own: result, size, lr, r4, sp
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
    push    {r4}
    ldr     r4, [sp, #8]    // lent_size
    ldr     r12, [sp, #4]   // lent
    add     r12, r12, r4
    add     r12, r12, #64   // B + 64
    strd    r2, r3, [r12]
    ldr     r2, [sp]        // the caller's r4
    strd    lr, r2, [r12, #8]
    add     r2, sp, #4      // sp as the caller has it
    str     r2, [r12, #16]
    mov     sp, r12         // an interrupt now pushes to [B + 32, B + 64)
    mov     r12, r0
    ldm     r1, {r0, r1, r2, r3}
    svc     #0              // r4: bytes lent
    ldrd    r3, r12, [sp]
    ldrd    lr, r4, [sp, #8]
    ldr     sp, [sp, #16]
    // fall through

// r0, r1 the result, r2 the status, r3 where to put the result or NULL, r12 its
// bytes: 0, 1, 2, 4 or 8. Only CMRX_OK, which is 0, brings a result. Returns the
// status to the program.
    cbnz    r2, 9f
    cbz     r3, 9f
    cmp     r12, #1
    blo     9f
    beq     1f
    cmp     r12, #4
    blo     2f
    str     r0, [r3]
    it      hi
    strhi   r1, [r3, #4]
    b       9f
1:  strb    r0, [r3]        // one byte
    b       9f
2:  strh    r0, [r3]        // two
9:  mov     r0, r2
    bx      lr
    .size cmrx_call_words_lending, . - cmrx_call_words_lending
