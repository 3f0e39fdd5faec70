// call.S (riscv32) - leave for another process and lend it something, come back
// with what it said. Calls that lend nothing are made in line (call.h).
//
// ra is kept, untouched, until the ecall: the kernel keeps it above the cut, and
// a fault record can say from where in the program the call was made. The kernel
// brings s0-s11, ra and sp back as they were at the ecall.

// cmrx_call_words_lending(word, argument, result, size, lent, lent_size)
// From C. a0 the system call word, a1 four arguments, a2 where to put the result
// or NULL, a3 its bytes, a4 what is lent, as cmrx_lent_place() has put it, a5 its
// bytes. With B the end of what is lent:
//
//     B + 96   end of the room that CMRX_LENT has kept
//     B + 64   the stub's own: result, size, ra, sp
//     B        what the kernel keeps at the ecall
//     B        <- the cut: nothing above can be touched by the callee
//     lent     <- the callee's stack begins here
//
// The ecall must be executed with sp = B + 64, so that the cut is at B. All that
// lies below the lent object belongs to the callee from then on: nothing is kept
// there.
    .section .text.cmrx_call_words_lending, "ax", %progbits
    .global cmrx_call_words_lending
    .type cmrx_call_words_lending, %function
cmrx_call_words_lending:
    add     t0, a4, a5
    addi    t0, t0, 64      // B + 64
    sw      a2, 0(t0)
    sw      a3, 4(t0)
    sw      ra, 8(t0)
    sw      sp, 12(t0)
    mv      sp, t0
    mv      a7, a0
    mv      a4, a5          // bytes lent
    lw      a0, 0(a1)
    lw      a2, 8(a1)
    lw      a3, 12(a1)
    lw      a1, 4(a1)
    ecall
    lw      a3, 0(sp)
    lw      a4, 4(sp)
    lw      ra, 8(sp)
    lw      sp, 12(sp)
    // fall through

// a0, a1 the result, a2 the status, a3 where to put the result or NULL, a4 its
// bytes: 0, 1, 2, 4 or 8. Only CMRX_OK, which is 0, brings a result. Returns the
// status to the program.
    bnez    a2, 9f
    beqz    a3, 9f
    li      a5, 4
    bne     a4, a5, 1f
    sw      a0, 0(a3)
9:  mv      a0, a2
    ret
1:  bltu    a4, a5, 2f
    sw      a0, 0(a3)
    sw      a1, 4(a3)
    j       9b
2:  beqz    a4, 9b
    addi    a4, a4, -1
    beqz    a4, 3f
    sh      a0, 0(a3)       // two bytes
    j       9b
3:  sb      a0, 0(a3)       // one
    j       9b
    .size cmrx_call_words_lending, . - cmrx_call_words_lending
