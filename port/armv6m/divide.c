// divide.c (armv6m) - unsigned division, for the kernel.
//
// No instruction divides, and the compiler's library needs some 200 of them. The
// kernel divides by the numbers of the clock: the build knows these, and tells their
// reciprocals. So it costs a multiplication, in divide.S. The names there are those
// that the compiler calls (Run-time ABI for the Arm Architecture, 4.3.1).
//
// What the reciprocal lacks is 1 at most, so n times it is too small by less than 1,
// and the quotient by 1 at most.

#include "divide.h"

#include "called.h"

#include <stddef.h>
#include <stdint.h>

CALLED uint32_t reciprocal_of(uint32_t d);

_Static_assert(sizeof(struct reciprocal) == 8 &&
                   offsetof(struct reciprocal, low) == 4 &&
                   offsetof(struct reciprocal, high) == 6,
               "LOW, HIGH and NEXT in divide.S");

// Of any other divisor, bit by bit. It is 2 or more: so the quotient has 31 bits.
uint32_t reciprocal_of(uint32_t d)
{
    uint32_t quotient = 0, remainder = 1;

    for (unsigned bit = 0; bit < 32; bit++) {
        uint32_t carry = remainder >> 31;
        remainder <<= 1;
        quotient <<= 1;
        if (carry != 0 || remainder >= d) {
            remainder -= d;
            quotient |= 1;
        }
    }
    return quotient;
}
