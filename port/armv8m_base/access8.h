// access8.h (armv8m_base) - what v8-M Baseline has more: where an instruction moves
// the stack pointer, exclusive and ordered accesses (DDI 0553 C2.4). Pure; tested
// on the host.

#ifndef ACCESS8_H
#define ACCESS8_H

#include "../armv6m/access.h"

// Register n of the thread before the fault.
static inline uint32_t register_of(const struct cmrx_fault *fault, uint32_t n)
{
    return n == 13 ? sp_before(fault) : n == 14 ? fault->lr : fault->r[n];
}

// Where an instruction would have moved the stack pointer, if it could have been
// below the limit; the highest address otherwise. SUB SP and PUSH; ADD SP and
// MOV SP, register.
static inline uint32_t stack_after(const struct cmrx_fault *fault,
                                   uint32_t code)
{
    uint32_t sp = sp_before(fault), n = code >> 3 & 15;

    if (code >> 7 == 0xb080u >> 7)
        sp -= (code & 0x7f) * 4;
    else if (code >> 9 == 0xb400u >> 9)
        sp -= bits_set(code & 0x1ff) * 4;
    else if ((code & 0xff87) == 0x4485 && n != 15)
        sp += register_of(fault, n);
    else if ((code & 0xff87) == 0x4685 && n != 15)
        sp = register_of(fault, n);
    else
        return UINT32_MAX;
    return sp;
}

// LDREX, STREX: 11101000010 L nnnn, and an offset. With acquire or release, of
// bytes and halves, exclusive or not: 11101000110 L nnnn, no offset, and which, with
// the size, in the second half. Of these others are none: TBB, or of 8 bytes.
#define WITHOUT_OFFSET 0x7730u

static inline struct access access_of_wide(const struct cmrx_fault *fault,
                                           uint32_t code, uint32_t second)
{
    struct access a = { .unit = 4, .write = (code & 0x10) == 0 };
    uint32_t n = code & 15, which = second >> 4 & 15, offset = 0;

    if (code >> 5 == 0xe840 >> 5)
        offset = (second & 0xff) * 4;
    else if (code >> 5 == 0xe8c0 >> 5 && (WITHOUT_OFFSET >> which & 1) != 0)
        a.unit = 1u << (which & 3);
    else
        return a;
    if (n != 15) {
        a.count = 1;
        a.address = register_of(fault, n) + offset;
    }
    return a;
}

#endif
