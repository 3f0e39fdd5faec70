// divide.c (armv6m) - unsigned division, for the kernel.
//
// No instruction divides, and the compiler's library needs some 200 of them. The
// kernel divides by the same few numbers all the time, those of the clock: so
// the reciprocal of the last divisor is kept, and it costs a multiplication, in
// divide.S. The names there are those that the compiler calls (Run-time ABI for the
// Arm Architecture, 4.3.1).
//
// What the reciprocal lacks is less than 1, so n times it is too small by less than
// 1, and the quotient by 1 at most.

#include "called.h"

#include <stddef.h>
#include <stdint.h>

CALLED void reciprocal_know(uint32_t d);

// 2^32 / divisor, rounded down, in two halves.
CALLED struct reciprocal {
    uint32_t divisor;
    uint16_t low, high;
} reciprocal;
_Static_assert(offsetof(struct reciprocal, low) == 4 &&
                   offsetof(struct reciprocal, high) == 6,
               "LOW and HIGH in divide.S");

// Bit by bit. The divisor is 2 or more: so the quotient has 31 bits.
static uint32_t reciprocal_of(uint32_t d)
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

void reciprocal_know(uint32_t d)
{
    uint32_t quotient = reciprocal_of(d);

    reciprocal.divisor = d;
    reciprocal.low = (uint16_t)quotient;
    reciprocal.high = (uint16_t)(quotient >> 16);
}
